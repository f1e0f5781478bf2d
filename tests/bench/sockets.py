"""How soon an author's socket hears of a request, with a thousand sockets open, and what each of them takes."""

import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from redis import Redis

from accounts.models import User
from groups.domain import members
from groups.models import Group
from tests.bench.pages import add_posts
from tests.bench.rig import report
from tests.bench.rival import Rival
from tests.bench.rival import measure as measure_rival
from tests.cast import session_of
from tests.crowd import Visitor, add_keys, crowd
from tests.site import Site

SOCKETS, PEOPLE, ASKED = 1_000, 100, 200
ROUNDS = 2
# Members of the group in which the rival is asked.
FEW = 100


def measure(site: Site) -> None:
    """From asking to the author's socket, in turns with the rival if one is named; and what an open socket takes."""
    delays: list[float] = []
    rivals: list[Rival] = []
    before = site.resident()
    for number in range(ROUNDS):
        with open_tabs(site) as (group, author_hears):
            if number == 0:
                report("an open socket", memory=(site.resident() - before) / SOCKETS / 1024, unit="KiB")
            delays += _delays(site, group, author_hears)
        if rival := measure_rival(FEW):
            rivals.append(rival)
    redis = raw(site)
    report(
        "ask to the author's socket, 1,000 sockets open",
        p50=statistics.median(delays),
        p99=p99(delays),
        redis_p50=statistics.median(redis),
        redis_p99=p99(redis),
        **_beside(rivals, delays),
    )


def _delays(site: Site, group: Group, author_hears: IO[str]) -> list[float]:
    """Seconds from asking to the author's socket."""
    (post,) = add_posts(group, 1)
    delays = []
    for _ in range(ASKED):
        visitor = Visitor(_newcomer(group), port=site.port)
        visitor.get("/healthz")
        began = time.perf_counter()
        assert visitor.post(f"/posts/{post.uid}/request_read/", {}).status == 201
        delays.append(float(author_hears.readline()) - began)
        visitor.close()
    return delays


def _beside(rivals: list[Rival], delays: list[float]) -> dict[str, float]:
    """The rival's figures, each with one socket open, and how ours compare."""
    if not rivals:
        return {}
    p50 = statistics.median(rival.p50 for rival in rivals)
    slowest = statistics.median(rival.p99 for rival in rivals)
    return {
        "rival_p50": p50,
        "rival_p99": slowest,
        "ratio_p50": statistics.median(delays) / p50,
        "ratio_p99": p99(delays) / slowest,
        "at_most": 1,
    }


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


def _newcomer(group: Group) -> User:
    name = f"Asker {uuid.uuid4().hex[:8]}"
    user = User.objects.create(email=f"{uuid.uuid4()}@example.org", name=name, password="!")
    add_keys([user])
    members.join(group, user=user)
    return user
