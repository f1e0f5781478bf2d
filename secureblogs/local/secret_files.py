"""An embedded site makes each secret once, and keeps it in a file that only its own user can read."""

import os
from collections.abc import Callable
from pathlib import Path


def make_once(path: Path, make: Callable[[], str]) -> str:
    """Return the text of `path`, made now if there is none. The file is whole or absent, whenever the process ends."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    return path.read_text()
