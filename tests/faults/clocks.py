"""Clocks that can be set wrong while those who look at them run."""

from pathlib import Path

from tests import libfaketime

# On Debian in the package libfaketime. Without it no clock is shifted, and the summary says so.
FAKETIME = libfaketime.find()
MISSING = [] if FAKETIME else ["libfaketime: no clock was set wrong"]
RIGHT = "+0"


class Clocks:
    """By the name of the process whose clock it is; each stands in a file of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o755)

    def set(self, name: str, offset: str) -> None:
        """Let it jump: to "-1h" from the right time, or RIGHT."""
        unfinished = self.folder / f"{name}.new"
        unfinished.write_text(f"{offset}\n")
        unfinished.replace(self.folder / name)

    def environment(self, name: str) -> dict[str, str]:
        """Of a process that starts and shall have this clock, as it stands and whenever it is set."""
        if FAKETIME is None:
            return {}
        file = self.folder / name
        if not file.exists():
            self.set(name, RIGHT)
        return faked_clock(file)


def faked_clock(file: Path) -> dict[str, str]:
    """The environment of a process whose clock is off by what stands in the file, whatever is written there later."""
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        # As on a machine whose clock of the day is set: the one that counts seconds does not jump.
        "DONT_FAKE_MONOTONIC": "1",
        # Or the library takes a moment of that clock for one of the other, long ago: a thread that waits for its turn
        # in Python does not wait but asks again and again, reads the file each time, and keeps the others from working.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "PYTHONPATH": str(Path(__file__).parent / "steady_sleep"),
    }
