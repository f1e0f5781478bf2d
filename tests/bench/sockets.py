"""How soon an author's socket hears of a request, with a thousand sockets open, and what each of them takes."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from redis import Redis

from accounts.models import User
from groups.domain import members
from groups.models import Group
from tests.bench.pages import add_posts
from tests.bench.rig import report
from tests.crowd import Visitor, add_keys, crowd, session_of
from tests.site import Site

SOCKETS, PEOPLE, ASKED = 1_000, 100, 200


def measure(site: Site) -> None:
    before = resident(site)
    with open_tabs(site) as (group, author_hears):
        report("an open socket", memory=(resident(site) - before) / SOCKETS / 1024, unit="KiB")
        (post,) = add_posts(group, 1)
        delays = []
        for number in range(ASKED):
            visitor = Visitor(_newcomer(group, number), port=site.port)
            visitor.get("/healthz")
            began = time.perf_counter()
            assert visitor.post(f"/posts/{post.uid}/request_read/", {}).status == 201
            delays.append(float(author_hears.readline()) - began)
            visitor.close()
    redis = raw(site)
    report(
        "ask to the author's socket, 1,000 sockets open",
        p50=statistics.median(delays),
        p99=p99(delays),
        redis_p50=statistics.median(redis),
        redis_p99=p99(redis),
        more=p99(delays) - p99(redis),
        aim=0.015,
    )


@contextmanager
def open_tabs(site: Site) -> Iterator[tuple[Group, IO[str]]]:
    """A thousand of them; their group, and for each request that its owner's tab hears of, when that was."""
    # The first tab has much loaded that stays.
    Visitor(crowd(f"First-{time.monotonic_ns()}", 1).memberships.get().user, port=site.port).get("/")
    group = crowd(f"Asked-{time.monotonic_ns()}", PEOPLE)
    people = User.objects.filter(memberships__group=group).order_by("memberships__pk")
    command = [sys.executable, "-m", "tests.bench.listeners", str(site.port), str(SOCKETS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listeners:
        assert listeners.stdin is not None
        assert listeners.stdout is not None
        listeners.stdin.write("\n".join(session_of(person) for person in people))
        listeners.stdin.close()
        try:
            assert listeners.stdout.readline() == "ready\n"
            yield group, listeners.stdout
        finally:
            listeners.kill()


def resident(site: Site) -> int:
    """Bytes of memory that the web process has."""
    status = Path(f"/proc/{site.processes['web'].pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def raw(site: Site) -> list[float]:
    """From PUBLISH to the subscriber, without anything of ours."""
    redis = Redis.from_url(site.redis_url)
    events = redis.pubsub()
    events.subscribe("bench")
    events.get_message(timeout=1)
    found = []
    for _ in range(1_000):
        began = time.perf_counter()
        redis.publish("bench", "x")
        while not events.get_message(timeout=1):
            pass
        found.append(time.perf_counter() - began)
    return found


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99) - 1]


def _newcomer(group: Group, number: int) -> User:
    user = User.objects.create(email=f"asker-{number}@example.org", name=f"Asker {number}", password="!")
    add_keys([user])
    members.join(group, user=user)
    return user
