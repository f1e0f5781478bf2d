"""The processes of a Procfile, side by side: prefixed output, a new start for what died, an end for all."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from secureblogs.embedded.daemons import command_line

COLOURS = {"release": 35, "web": 36, "worker": 33, "beat": 32}
# A process that dies this often within a minute will not get better by being started again.
DEATHS_A_MINUTE = 5
_printing = threading.Lock()


class KeepsDying(Exception):
    """A process ended again and again; the message says which."""


def read_procfile(path: Path) -> dict[str, str]:
    """Commands by name."""
    lines = (line.split(":", 1) for line in path.read_text().splitlines() if ":" in line and line[0] != "#")
    return {name.strip(): command.strip() for name, command in lines}


class Processes:
    """Processes started together, each in a session of its own.

    Their numbers stand in `record`, so that a later start finds those of one that was killed.
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
        self._deaths: dict[str, list[float]] = {}

    def run(self, name: str) -> int:
        """Run one of them to its end; its exit code."""
        self._start(name)
        code = self._running[name].wait()
        del self._running[name]
        return code

    def start(self, *names: str) -> None:
        """Start the named ones."""
        for name in names:
            self._start(name)

    def keep_running(self) -> None:
        """Start again what has ended; KeepsDying when that does not help."""
        for name, process in list(self._running.items()):
            if process.poll() is None:
                continue
            # What the dead one left behind holds its port or its tasks.
            _signal(process.pid, signal.SIGKILL)
            now = time.monotonic()
            deaths = [moment for moment in self._deaths.get(name, []) if now - moment < 60]
            self._deaths[name] = [*deaths, now]
            if len(deaths) >= DEATHS_A_MINUTE:
                raise KeepsDying(
                    f"{name} ended {len(deaths) + 1} times within a minute; its last lines stand above."
                )
            say(name, f"ended ({_describe(process.returncode)}) and starts again")
            self._start(name)

    def stop(self, *, within: float) -> None:
        """End them all with their children: asked first, killed when they take longer."""
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
        # A number may belong to somebody else by now.
        _end([pid for pid in recorded if "secureblogs" in command_line(pid)], within=3)
        self.record.unlink(missing_ok=True)

    def _start(self, name: str) -> None:
        # `exec`, so that no shell stands between us and the process.
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
        self.record.write_text(json.dumps([running.pid for running in self._running.values()]))
        pump = threading.Thread(target=_pump, args=(name, process), daemon=True)
        pump.start()
        self._pumps.append(pump)


def say(name: str, text: str) -> None:
    """One line of output, with the name of who says it."""
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
    """Whether any process of the group is alive; a dead child of ours is waited for on the way."""
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


if __name__ == "__main__":
    # One of them alone, for systemd and its like: this process becomes the named one.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.execv("/bin/sh", ["sh", "-c", f"exec {read_procfile(Path('Procfile'))[sys.argv[1]]}"])
