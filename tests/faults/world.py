"""A whole site on servers of its own, every part of which may be killed, stopped and started again."""

import signal
import subprocess
import time

from redis import Redis, RedisError

from secureblogs.local import Servers
from tests.faults.clocks import FAKETIME, RIGHT, Clocks
from tests.faults.environment import environment
from tests.site import Site

PARTS = ("web", "worker", "beat")


class World:
    """The site's processes and servers."""

    def __init__(self, servers: Servers, site: Site, settings: dict[str, str], clocks: Clocks) -> None:
        self.servers = servers
        self.site = site
        self.settings = settings
        self.clocks = clocks
        self._faked: set[str] = set()

    def start(self, name: str) -> None:
        clock = self.clocks.environment(name) if name in self._faked else {}
        self.site.start(name, **self.settings, **clock)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        try:
            self.site.kill(name, how)
        except ProcessLookupError:
            pass

    # Clocks

    def fake_clocks(self, *names: str) -> None:
        """Start these anew with clocks that can be set; other faults meet the processes as they are."""
        for name in names:
            if FAKETIME is not None and name not in self._faked:
                self._faked.add(name)
                self._start_anew(name)
        self.wait_for_answers()

    def trust_clocks(self) -> None:
        """Start anew what has a faked one, and set PostgreSQL's right."""
        for name in sorted(self._faked):
            self._faked.remove(name)
            self.clocks.set(name, RIGHT)
            self._start_anew(name)
        self.clocks.set("postgresql", RIGHT)

    def _start_anew(self, name: str) -> None:
        self.kill(name, signal.SIGTERM)
        self.start(name)

    # Servers

    def start_postgresql(self) -> None:
        """Unless it runs already."""
        with environment(**self.clocks.environment("postgresql")):
            self.servers.postgresql.start()

    def restart_postgresql(self, pause: float = 0) -> None:
        self.servers.postgresql.stop()
        time.sleep(pause)
        self.start_postgresql()

    @property
    def postmaster(self) -> int:
        return int((self.servers.postgresql.data / "postmaster.pid").read_text().split()[0])

    @property
    def valkey(self) -> int:
        return int(self.servers.valkey.pid_file.read_text())

    def redis(self) -> Redis:
        return Redis.from_url(self.site.redis_url, socket_timeout=2, socket_connect_timeout=2)

    # Processes

    def pid(self, name: str) -> int:
        return self.site.processes[name].pid

    def worker_children(self) -> list[int]:
        """The processes that run tasks."""
        return children(self.pid("worker"))

    # The end of a fault

    def heal(self) -> None:
        """Everything runs again, and answers."""
        self.end_faults()
        self.wait_for_answers()

    def end_faults(self) -> None:
        """Everything is started again, as whoever watches over it would see to."""
        self.start_postgresql()
        self.servers.valkey.start()
        self.keep_running()

    def keep_running(self) -> None:
        """What has ended starts again. A worker ends itself if one of its processes dies just as Redis goes away."""
        for name in PARTS:
            process = self.site.processes.get(name)
            if process is not None and process.poll() is not None:
                self.kill(name)
            if name not in self.site.processes:
                self.start(name)

    def wait_for_answers(self) -> None:
        """Until the web process answers and a worker listens."""
        self.site.wait_until_ready("/healthz")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self._worker_listens():
            time.sleep(0.05)

    def _worker_listens(self) -> bool:
        try:
            return any(client.get("cmd") == "brpop" for client in self.redis().client_list())
        except RedisError:
            return False


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(child) for child in found.stdout.split()]
