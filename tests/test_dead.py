"""Nothing in the product is there for tests alone: each name that a module defines is used by the product, too."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    path
    for app in ("accounts", "groups", "posts", "secureblogs")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts and path.name not in {"__init__.py", "settings.py", "urls.py"}
]
# Python, Django, Celery, Channels and Twisted call these by their names, or by a decorator that registers them.
CALLED_BY_NAME = re.compile(
    r"__\w+__|clean_\w+|has_\w+_permission|live_message|process_(exception|response|view)|\w+Config|\w+Admin|Command"
    r"|create_superuser|get_short_name|USERNAME_FIELD|EMAIL_FIELD|(pause|resume|stop)Producing"
)
REGISTER = {"receiver", "shared_task", "display", "action", "connect", "bulk_action", "register", "sampled"}
# Authors and readers without a browser use these, as tests do; the last two are values of a column.
OF_CLIENTS = {"encode_document", "sign_frame", "COMMITMENT_SIZE", "WRAPPED_SIZES", "X_WING", "RSA_OAEP_256"}

# Browsers and readers without one make and open what is in these; the server stores it and checks signatures.
MODULES_OF_CLIENTS = {
    "account_keys",
    "admissions",
    "chains",
    "codes",
    "comments",
    "recovery_keys",
    "safety_numbers",
    "statements",
}
MODULES_OF_CLIENTS |= {"files", "store_objects"}


def test_every_name_has_a_use_outside_of_the_tests():
    # Lookups name fields between double underscores.
    used = Counter(
        part for text in texts() for word in re.findall(r"\w+", text) for part in {word, *word.split("__")}
    )
    dead = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        for name in names(path)
        if used[name] < 2 and name not in OF_CLIENTS and path.stem not in MODULES_OF_CLIENTS
    ]
    assert not dead, "\n".join(dead)


def texts() -> Iterator[str]:
    """The code without comments, docstrings and imports, and everything else that may name a function."""
    for path in [*MODULES, *ROOT.glob("*/urls.py"), ROOT / "secureblogs/settings.py"]:
        yield ast.unparse(Bare().visit(ast.parse(path.read_text())))
    for path in [*(ROOT / "templates").rglob("*.*"), ROOT / "Procfile", ROOT / "Makefile"]:
        yield path.read_text()


class Bare(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        return ast.Expr(ast.Constant(0)) if isinstance(node.value, ast.Constant) else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.Pass:
        return ast.Pass()


def names(path: Path) -> Iterator[str]:
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.parse(path.read_text()).body:
        yield from of_node(node)
        if isinstance(node, ast.ClassDef):
            inherited = {name for base in getattr(module, node.name).__mro__[1:] for name in vars(base)}
            yield from (name for each in node.body for name in of_node(each) if name not in inherited)


def of_node(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        decorators = {word for each in node.decorator_list for word in re.findall(r"\w+", ast.unparse(each))}
        if not decorators & REGISTER and not CALLED_BY_NAME.fullmatch(node.name):
            yield node.name
    elif isinstance(node, ast.Assign):
        assigned = (target.id for target in node.targets if isinstance(target, ast.Name))
        yield from (name for name in assigned if not CALLED_BY_NAME.fullmatch(name))
