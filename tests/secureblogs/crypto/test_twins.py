"""Python and JavaScript have the same modules, and in each the same names in the same order."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYTHON, JAVASCRIPT = ROOT / "secureblogs/crypto", ROOT / "static/js/crypto"
# The browser takes its sentences from the page, and lacks what Python has built in.
WITHOUT_TWIN = {"refusals", "bytes"}
MODULES = sorted(path.stem for path in PYTHON.glob("*.py") if path.stem not in {"__init__", *WITHOUT_TWIN})


def test_both_have_the_same_modules():
    assert sorted(path.stem for path in JAVASCRIPT.glob("*.js") if path.stem not in WITHOUT_TWIN) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_both_have_the_same_names_in_the_same_order(module):
    assert [twin(name) for name in python_names(module)] == javascript_names(module)


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
    return [name for name in names if not name.startswith("_")]


def is_union(value: ast.expr) -> bool:
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)


def javascript_names(module: str) -> list[str]:
    source = (JAVASCRIPT / f"{module}.js").read_text()
    return re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", source, re.MULTILINE)


def twin(name: str) -> str:
    if not name.islower():
        return name
    return re.sub(r"_(.)", lambda letter: letter[1].upper(), name)
