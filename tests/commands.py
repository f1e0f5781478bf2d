"""Other programs, run to their end."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# What a program needs to be found; nothing of a site is set.
BARE = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}


def run(*command: str | Path, cwd: Path = BASE_DIR, env: Mapping[str, str] = BARE) -> tuple[int, str, str]:
    """Exit code, output and complaint of a program; the default folder is the project's."""
    ended = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def python(*arguments: str | Path, env: Mapping[str, str] = BARE) -> tuple[int, str, str]:
    """The same of the Python that runs the tests."""
    return run(sys.executable, *arguments, env=env)


def openssl(*arguments: str, given: str = "") -> str:
    """What the program says, which has to end well."""
    command = ["openssl", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
