"""A whole site for tests: real Daphne, worker and beat, on a database of their own."""

import itertools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from secureblogs.running.processes import read_procfile
from tests.commands import BASE_DIR
from tests.servers import AMPLE

SECONDS_TO_ANSWER = 120
# Redis has sixteen databases; the first is that of the tests' own process.
_queues = itertools.cycle(range(1, 16))


@dataclass
class Site:
    """Processes by name, each in a session of its own, its output in a file of `logs`; `base` is their checkout."""

    port: int
    var: Path
    logs: Path
    environment: dict[str, str]
    base: Path = BASE_DIR
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of its front page, without the slash."""
        return f"http://localhost:{self.port}"

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]

    def start(self, name: str, *, process: str | None = None, **environment: str) -> None:
        """Start the Procfile's `process` as `name`: a second worker, a second Daphne on another PORT."""
        command = read_procfile(self.base / "Procfile")[process or name]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=self.base,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_another_web(self, name: str, *, port: int = 0, **environment: str) -> str:
        """Start one more web process on a port of its own, and wait until it serves; its address."""
        port = port or free_port()
        self.start(name, process="web", PORT=str(port), **environment)
        url = f"http://localhost:{port}"
        self.wait_until_ready("/healthz", url=url)
        return url

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a process and all its children, and wait until it is gone."""
        process = self.processes.pop(name)
        os.killpg(process.pid, how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_ready(self, path: str = "/readyz", *, url: str = "") -> None:
        """Wait until everything is there; the test fails with the logs when it takes too long."""
        url = url or self.url
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{url}{path}", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The site did not become ready:\n{self.words()}")

    def resident(self) -> int:
        """Bytes of memory that the web process has."""
        status = Path(f"/proc/{self.processes['web'].pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def words(self) -> str:
        """Everything that its processes have said so far."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.logs.iterdir())
        )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The processes of the Procfile, started once for all tests that need them."""
    running = make_site(tmp_path_factory.mktemp("site"))
    try:
        for name in ("web", "worker", "beat"):
            running.start(name)
        running.wait_until_ready()
        yield running
    finally:
        for name in list(running.processes):
            running.kill(name, signal.SIGTERM)
        drop_database(running.database_url)


def make_site(folder: Path, *, base: Path = BASE_DIR, **environment: str) -> Site:
    """A site with a migrated database of its own, or the named one, and collected static files; nothing runs yet."""
    port = free_port()
    (folder / "logs").mkdir()
    made = Site(port=port, var=folder / "var", logs=folder / "logs", environment={}, base=base)
    made.var.mkdir(mode=0o700)
    if "DATABASE_URL" not in environment:
        environment["DATABASE_URL"] = create_database(f"site_{secrets.token_hex(6)}")
    made.environment |= {
        **os.environ,
        # A queue of its own, too: a task for another database must not reach this site's worker.
        "REDIS_URL": urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{next(_queues)}")),
        "SECUREBLOGS_VAR": str(made.var),
        "DJANGO_SETTINGS_MODULE": "secureblogs.settings",
        "PORT": str(port),
        "SITE_URL": made.url,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        **AMPLE,
        **environment,
    }
    made.start("release")
    if made.processes.pop("release").wait():
        pytest.fail(f"The release step failed:\n{made.words()}")
    return made


def create_database(name: str) -> str:
    """A new database on the tests' server; its address."""
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(administration()) as connection:
        connection.autocommit = True
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(address._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(administration()) as connection:
        connection.autocommit = True
        name = sql.Identifier(urlsplit(url).path[1:])
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def free_port() -> int:
    """A port of this machine that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def administration() -> str:
    """The address of a database that no site uses, on the tests' server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
