"""The site's version, which stands in pyproject.toml alone."""

import tomllib
from functools import cache
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def version() -> str:
    """Return it, as in "1.0"."""
    number: str = tomllib.loads(PYPROJECT.read_text())["project"]["version"]
    return number
