"""Run the processes of a Procfile side by side, prefix what they say, and start again what ends."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from secureblogs.local.daemons import command_line
from secureblogs.running import environment

COLOURS = {"release": 35, "web": 36, "worker": 33, "beat": 32}
# Seconds. What failed is tried again at once, then after pauses that double; after a calm minute it begins anew.
FIRST_PAUSE, LONGEST_PAUSE, CALM = 1.0, 30.0, 60.0
_printing = threading.Lock()


class Backoff:
    """Growing pauses between the tries of something that fails for as long as a server is away."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._due = -math.inf

    def fail(self) -> float:
        """Note a failure, and return the seconds until the next try."""
        now = time.monotonic()
        if now - self._due > CALM:
            self._pause = 0.0
        pause, self._pause = self._pause, min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
        self._due = now + pause
        return pause

    def is_over(self) -> bool:
        """Return whether the pause is over."""
        return time.monotonic() >= self._due


def read_procfile(path: Path) -> dict[str, str]:
    """Return the commands of a Procfile by name."""
    lines = (line.split(":", 1) for line in path.read_text().splitlines() if ":" in line and line[0] != "#")
    return {name.strip(): command.strip() for name, command in lines}


class Processes:
    """Processes started together, each in a session of its own.

    `record` holds their numbers, so that the next start finds what a killed one has left.
    """

    def __init__(
        self, commands: Mapping[str, str], *, cwd: Path, environment: Mapping[str, str], record: Path
    ) -> None:
        self.commands = commands
        self.cwd = cwd
        self.environment = environment
        self.record = record
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._pumps: list[threading.Thread] = []
        self._waiting: set[str] = set()
        self._backoffs: defaultdict[str, Backoff] = defaultdict(Backoff)

    def run(self, name: str) -> int:
        """Run one of them to its end, and return its exit code."""
        self._start(name)
        code = self._running[name].wait()
        del self._running[name]
        return code

    def start(self, *names: str) -> None:
        """Start the named ones."""
        for name in names:
            self._start(name)

    def keep_running(self) -> None:
        """Start again what has ended; what ends again and again waits longer each time, but not without end."""
        for name, process in list(self._running.items()):
            if process.poll() is None:
                continue
            # Its children may still hold its port or its tasks.
            _signal(process.pid, signal.SIGKILL)
            del self._running[name]
            pause = self._backoffs[name].fail()
            self._waiting.add(name)
            when = f"in {pause:.0f} s" if pause else "at once"
            say(name, f"ended ({_describe(process.returncode)}) and starts again {when}")
        for name in [name for name in self._waiting if self._backoffs[name].is_over()]:
            self._waiting.remove(name)
            self._start(name)

    def stop(self, *, within: float) -> None:
        """Ask them all to end, and kill those that take longer, with their children."""
        _end([process.pid for process in self._running.values()], within=within)
        for process in self._running.values():
            process.wait()
        for pump in self._pumps:
            pump.join(timeout=1)
        self._running.clear()
        self.record.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End the processes of an earlier start that was killed itself."""
        try:
            recorded: list[int] = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return
        # A number may belong to another process by now.
        _end([pid for pid in recorded if "secureblogs" in command_line(pid)], within=3)
        self.record.unlink(missing_ok=True)

    def _start(self, name: str) -> None:
        # With `exec` no shell stands between us and the process.
        command = ["/bin/sh", "-c", f"exec {self.commands[name]}"]
        if setpriv := shutil.which("setpriv"):
            # Where the system can, it ends the process when we are killed and can't do so ourselves.
            command = [setpriv, "--pdeathsig", "TERM", *command]
        process = subprocess.Popen(
            command,
            cwd=self.cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running[name] = process
        self._note_running()
        pump = threading.Thread(target=_pump, args=(name, process), daemon=True)
        pump.start()
        self._pumps.append(pump)

    def _note_running(self) -> None:
        try:
            self.record.write_text(json.dumps([running.pid for running in self._running.values()]))
        except OSError as error:
            # A full disk, for one, ends nothing that runs. Only the start after a kill would miss what was left.
            say("site", f"{self.record} can't be written ({error.strerror}).")


def say(name: str, text: str) -> None:
    """Print one line, with the name of the process that says it."""
    prefix = f"{name:<7} | "
    if sys.stdout.isatty():
        prefix = f"\033[{COLOURS.get(name, 0)}m{prefix}\033[0m"
    with _printing:
        print(f"{prefix}{text}", flush=True)


def _pump(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            say(name, line.decode(errors="replace").rstrip())


def _end(pids: list[int], *, within: float) -> None:
    for how, patience in ((signal.SIGTERM, within), (signal.SIGKILL, 2)):
        for pid in pids:
            _signal(pid, how)
        deadline = time.monotonic() + patience
        while pids and time.monotonic() < deadline:
            pids = [pid for pid in pids if _is_there(pid)]
            time.sleep(0.02)


def _signal(group: int, how: signal.Signals) -> None:
    try:
        os.killpg(group, how)
    except (ProcessLookupError, PermissionError):
        pass


def _is_there(group: int) -> bool:
    """Return whether any process of the group is alive, and wait for a dead child of ours on the way."""
    try:
        os.waitpid(group, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _describe(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def become(name: str) -> None:
    """Turn this process into one of the Procfile's, with the settings of ENV_FILE: for systemd and its like."""
    environment.read_file()
    commands = read_procfile(environment.BASE_DIR / "Procfile")
    if name not in commands:
        sys.exit(f"There is no process {name!r}: name one of {', '.join(commands)}.")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.chdir(environment.BASE_DIR)
    os.execv("/bin/sh", ["sh", "-c", f"exec {commands[name]}"])


if __name__ == "__main__":
    become(" ".join(sys.argv[1:]))
