"""Programs of this folder that need a process, and a Django, of their own."""

import os
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def play(*program: str, under: tuple[str, ...] = ()) -> str:
    """Run `python -m PROGRAM` to its end, as the last words of the command `under`; what it printed."""
    played = subprocess.run(
        [*under, sys.executable, "-m", *program],
        cwd=BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, f"{played.stdout}\n{played.stderr}"
    return played.stdout
