"""Programs of this folder that need a process, and a Django, of their own."""

import os
import sys

from tests.commands import run


def play(*program: str, under: tuple[str, ...] = ()) -> str:
    """Run `python -m PROGRAM` to its end, as the last words of the command `under`; what it printed."""
    code, said, complaint = run(*under, sys.executable, "-m", *program, env=os.environ)
    assert code == 0, f"{said}\n{complaint}"
    return said
