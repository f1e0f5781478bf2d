"""The library with which tests set clocks wrong: `python -m tests.libfaketime` installs it where that is possible."""

from pathlib import Path

from tests import debian


def find() -> Path | None:
    """The one for programs with threads, or None if it is not there."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


if __name__ == "__main__":
    if find() is None:
        debian.install("libfaketime")
