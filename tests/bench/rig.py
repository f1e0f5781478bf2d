"""The site that is measured: real processes on durable servers of their own, in a folder that is thrown away."""

import json
import os
import shutil
import signal
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from secureblogs.local import Servers
from tests.site import Site, make_site

REPEATS = 5


@contextmanager
def site() -> Iterator[Site]:
    """All processes as `make run` has them; Django in this process works on their database."""
    os.environ["ENV_FILE"] = os.devnull
    folder = Path(tempfile.mkdtemp(prefix="secureblogs-bench-"))
    folder.chmod(0o711)
    servers = Servers(folder / "servers", durable=True)
    made: Site | None = None
    try:
        servers.start()
        os.environ |= servers.environment()
        made = make_site(folder, WORKER_PROCESSES="2")
        os.environ |= made.environment
        django.setup()
        for name in ("web", "worker", "beat"):
            made.start(name)
        made.wait_until_ready()
        yield made
    finally:
        if made is not None:
            stop(made)
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def stop(made: Site) -> None:
    """End the processes of a site."""
    for name in list(made.processes):
        made.kill(name, signal.SIGTERM)


def pairs(first: Callable[[], float], second: Callable[[], float]) -> tuple[float, float, float]:
    """Both measured in turns: the medians of each, and of their ratio within a turn."""
    found = [(first(), second()) for _ in range(REPEATS)]
    return (
        statistics.median(a for a, _ in found),
        statistics.median(b for _, b in found),
        statistics.median(a / b for a, b in found),
    )


def cpu(site: Site, name: str) -> float:
    """The seconds of a core that a process and its children have taken so far."""
    group = site.processes[name].pid
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if os.getpgid(int(stat.parent.name)) == group:
                # What stands before the last bracket is a name, in which anything may be.
                fields = stat.read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def peak(site: Site, name: str) -> float:
    """The largest resident memory, in MiB, that any of these processes ever had."""
    group = site.processes[name].pid
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                peaks += [int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line]
        except OSError:
            continue
    return max(peaks) / 1024


def report(what: str, **figures: object) -> None:
    """One line of JSON, with what else the machine does: how many processes wanted a core in the last minute."""
    rounded = {
        name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()
    }
    print(json.dumps({"what": what, **rounded, "load": round(os.getloadavg()[0], 1)}), flush=True)
