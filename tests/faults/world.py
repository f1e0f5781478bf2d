"""A whole site on servers of its own, every part of which may be killed, stopped and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from redis import Redis, RedisError

from secureblogs.embedded import Servers
from tests import libfaketime
from tests.site import Site, make_site

PARTS = ("web", "worker", "beat")
# On Debian in the package libfaketime. Without it no clock is shifted, and the summary says so.
FAKETIME = libfaketime.find()
MISSING = [] if FAKETIME else ["libfaketime: no clock was set wrong"]


class World:
    """The site's processes and servers."""

    def __init__(self, servers: Servers, site: Site, settings: dict[str, str], clocks: Path) -> None:
        self.servers = servers
        self.site = site
        self.settings = settings
        self.clocks = clocks
        self.faked: set[str] = set()
        clocks.mkdir(mode=0o755)

    def start(self, name: str) -> None:
        self.faked.discard(name)
        self.site.start(name, **self.settings)

    def fake_clocks(self, *names: str) -> None:
        """Start these anew with clocks that can be set; other faults meet the processes as they are."""
        for name in names:
            if name not in self.faked:
                self.kill(name, signal.SIGTERM)
                self.site.start(name, **self.settings, **self._clock(name))
                self.faked.add(name)
        self.wait_for_answers()

    def trust_clocks(self) -> None:
        """Start anew what has a faked one."""
        for name in list(self.faked):
            self.kill(name, signal.SIGTERM)
            self.start(name)
        if FAKETIME is not None:
            self.set_clock("postgresql", "+0")

    def set_clock(self, name: str, offset: str) -> None:
        """Let the clock of a running process jump: by "-1h" from the right time, or "+0"."""
        unfinished = self.clocks / f"{name}.new"
        unfinished.write_text(f"{offset}\n")
        unfinished.replace(self.clocks / name)

    def _clock(self, name: str) -> dict[str, str]:
        if FAKETIME is None:
            return {}
        self.set_clock(name, "+0")
        return faked_clock(self.clocks / name)

    def start_postgresql(self) -> None:
        """Unless it runs already."""
        with environment(**self._clock("postgresql")):
            self.servers.postgresql.start()

    def restart_postgresql(self, pause: float = 0) -> None:
        self.servers.postgresql.stop()
        time.sleep(pause)
        self.start_postgresql()

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        try:
            self.site.kill(name, how)
        except ProcessLookupError:
            pass

    def pid(self, name: str) -> int:
        return self.site.processes[name].pid

    def worker_children(self) -> list[int]:
        """The processes that run tasks."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.pid("worker"))], capture_output=True, text=True
        )
        return [int(pid) for pid in found.stdout.split()]

    @property
    def postmaster(self) -> int:
        return int((self.servers.postgresql.data / "postmaster.pid").read_text().split()[0])

    @property
    def valkey(self) -> int:
        return int(self.servers.valkey.pid_file.read_text())

    def redis(self) -> Redis:
        return Redis.from_url(self.site.redis_url, socket_timeout=2, socket_connect_timeout=2)

    def heal(self) -> None:
        """Everything runs again, as whoever watches over it would see to."""
        self.start_postgresql()
        self.servers.valkey.start()
        self.keep_running()
        self.wait_for_answers()

    def keep_running(self) -> None:
        """What has ended starts again. A worker ends itself if one of its processes dies just as Redis goes away."""
        for name in PARTS:
            process = self.site.processes.get(name)
            if process is not None and process.poll() is not None:
                self.kill(name)
            if name not in self.site.processes:
                self.start(name)

    def wait_for_answers(self) -> None:
        """The fault is over when the web process answers and a worker listens."""
        self.site.wait_until_ready("/healthz")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self._worker_listens():
            time.sleep(0.05)

    def _worker_listens(self) -> bool:
        try:
            return any(client.get("cmd") == "brpop" for client in self.redis().client_list())
        except RedisError:
            return False


def faked_clock(file: Path) -> dict[str, str]:
    """The environment of a process whose clock is off by what stands in the file, whatever is written there later."""
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        # As on a machine whose clock of the day is set: the one that counts seconds does not jump.
        "DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(Path(__file__).parent / "steady_sleep"),
    }


@contextmanager
def world(**settings: str) -> Iterator[World]:
    """A running one, for a process of its own."""
    forget_environment()
    with running_world(new_folder(), settings) as made:
        set_up_django(made)
        yield made


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="secureblogs-faults-"))


def forget_environment() -> None:
    """What a developer has set for their own site is no matter of ours."""
    os.environ["ENV_FILE"] = os.devnull
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "SEALING_PUBLIC_KEY",
        "SEALING_PRIVATE_KEYS_FILE",
        "SECRET_KEY",
    ):
        os.environ.pop(name, None)


def set_up_django(made: World) -> None:
    """Django in this process is the site's."""
    # No pool, which would give back connections that ended with an earlier PostgreSQL.
    os.environ |= made.site.environment | {"DATABASE_POOL": "0"}
    django.setup()


@contextmanager
def running_world(folder: Path, settings: dict[str, str]) -> Iterator[World]:
    """Servers and a site in a folder, which is removed afterwards. What is in the environment stays as it is."""
    folder.chmod(0o711)
    servers = Servers(folder / "servers", durable=False)
    made: World | None = None
    try:
        servers.start()
        with environment(**{**servers.environment(), **_secrets()}):
            made = World(servers, make_site(folder), settings, folder / "clocks")
        made.restart_postgresql()
        for name in PARTS:
            made.start(name)
        made.site.wait_until_ready()
        yield made
    finally:
        if made is not None:
            for name in list(made.site.processes):
                made.kill(name)
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def environment(**changes: str) -> Iterator[None]:
    """These variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ |= changes
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _secrets() -> dict[str, str]:
    """Those of this process, which signs people in and seals their drafts, if it has any."""
    names = ("SECRET_KEY", "SEALING_PUBLIC_KEY", "SEALING_PRIVATE_KEYS_FILE")
    return {name: os.environ[name] for name in names if name in os.environ}
