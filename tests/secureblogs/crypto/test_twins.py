"""Python and JavaScript have the same modules, and in each the same names in the same order."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYTHON, JAVASCRIPT = ROOT / "secureblogs/crypto", ROOT / "static/js/crypto"
# The browser takes its sentences from the page, lacks what Python has built in, and in WebKitGTK mends a fault.
WITHOUT_TWIN = {"refusals", "encoding", "bytes", "ed25519_jwk"}
MODULES = sorted(path.stem for path in PYTHON.glob("*.py") if path.stem not in {"__init__", *WITHOUT_TWIN})
# Workers seal contents, open drafts and keep waiting keys. No browser loads what it would never call.
OF_WORKERS = {
    "account_keys": {"BOX_SIZE"},
    # JavaScript has no types of members.
    "comments": {"MAX_SEALED", "Place"},
    "contents": {"COMMITMENT_SIZE", "newContentKey"},
    "contexts": {"waitingKey"},
    "ed25519": {"SIGNATURE_SIZE"},
    "frames": {"MAX_FRAME"},
    "pem": {"pemBlocks"},
    # JavaScript has no types of members.
    "statements": {"Before", "Holder"},
    "wrapping": {"WRAPPED_SIZES", "openSealed", "loadPrivateKeys"},
    "x_wing": {"OVERHEAD"},
}


def test_both_have_the_same_modules():
    assert sorted(path.stem for path in JAVASCRIPT.glob("*.js") if path.stem not in WITHOUT_TWIN) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_both_have_the_same_names_in_the_same_order(module):
    python, (exported, own) = python_names(module), javascript_names(module)

    assert [name for name in python if name in own] == [name for name in own if name in python]
    assert exported <= {name.removeprefix("_") for name in python}
    assert {name for name in python if not name.startswith("_")}.difference(own) == OF_WORKERS.get(
        module, set()
    )


@pytest.mark.parametrize("module", MODULES)
def test_both_have_the_same_numbers(module):
    source = (JAVASCRIPT / f"{module}.js").read_text()
    numbers = dict(
        re.findall(r"^(?:export )?const ([A-Z_]+) = ([\d_]+(?: (?:\*|<<) [\d_]+)?);", source, re.MULTILINE)
    )
    # Some are private in one of them.
    python = {
        name.lstrip("_"): value for name, value in vars(import_module(f"secureblogs.crypto.{module}")).items()
    }

    both = numbers.keys() & python.keys()
    assert {name: eval(numbers[name]) for name in both} == {name: python[name] for name in both}  # noqa: S307


def test_both_know_the_same_letters():
    python, javascript = (PYTHON / "lines.py").read_text(), (JAVASCRIPT / "lines.js").read_text()
    in_hex = re.compile(r'"([0-9a-f]{2,5}[- ][0-9a-f -]+)"')
    only_python, only_javascript = (
        set(in_hex.findall(one)).difference(in_hex.findall(other))
        for one, other in ((python, javascript), (javascript, python))
    )

    # JavaScript knows by itself what Unicode ignores and what an emoji is, and adds what is blank.
    assert ({text[:6] for text in only_python}, {text[:9] for text in only_javascript}) == (
        {"ad 34f", "a9 ae "},
        {"2800 fff9"},
    )


def python_names(module: str) -> list[str]:
    names = []
    for node in ast.parse((PYTHON / f"{module}.py").read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        # Types of several classes, as `Recipient`, have no twin: JavaScript has no types.
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and not is_union(node.value)
        ):
            names.append(node.targets[0].id)
    return [twin(name) for name in names]


def is_union(value: ast.expr) -> bool:
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)


def javascript_names(module: str) -> tuple[set[str], list[str]]:
    """The names that a module exports, and all that it has, in order."""
    source = (JAVASCRIPT / f"{module}.js").read_text()
    names = re.findall(r"^(export )?(?:async )?(?:function\*?|class|const) (\w+)", source, re.MULTILINE)
    return {name for export, name in names if export}, [name for _, name in names]


def twin(name: str) -> str:
    if not name.islower():
        return name
    return name[0] + re.sub(r"_(.)", lambda letter: letter[1].upper(), name[1:])
