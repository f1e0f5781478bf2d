"""The vectors of tests/vectors, as tests take them."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "vectors"


def load(name: str):
    return json.loads((FOLDER / f"{name}.json").read_text())


def cases(entries: list[dict[str, str]]):
    """One test for each case, under the case's own name."""
    return pytest.mark.parametrize("case", entries, ids=[entry["case"] for entry in entries])
