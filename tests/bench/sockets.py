"""How soon an author's socket hears of a request, with a thousand sockets open."""

import statistics
import subprocess
import sys
import time

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
    group = crowd("Asked", PEOPLE)
    (post,) = add_posts(group, 1)
    people = User.objects.filter(memberships__group=group).order_by("memberships__pk")
    sessions = "\n".join(session_of(person) for person in people)
    command = [sys.executable, "-m", "tests.bench.listeners", str(site.port), str(SOCKETS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listeners:
        assert listeners.stdin is not None
        assert listeners.stdout is not None
        listeners.stdin.write(sessions)
        listeners.stdin.close()
        try:
            assert listeners.stdout.readline() == "ready\n"
            delays = []
            for number in range(ASKED):
                visitor = Visitor(_newcomer(group, number), port=site.port)
                visitor.get("/healthz")
                began = time.perf_counter()
                assert visitor.post(f"/posts/{post.uid}/request_read/", {}).status == 201
                delays.append(float(listeners.stdout.readline()) - began)
                visitor.close()
        finally:
            listeners.kill()
    raw = _raw(site)
    report(
        "ask to the author's socket, 1,000 sockets open",
        p50=statistics.median(delays),
        p99=_p99(delays),
        redis_p50=statistics.median(raw),
        redis_p99=_p99(raw),
        more=_p99(delays) - _p99(raw),
        aim=0.015,
    )


def _newcomer(group: Group, number: int) -> User:
    user = User.objects.create(email=f"asker-{number}@example.org", name=f"Asker {number}", password="!")
    add_keys([user])
    members.join(group, user=user)
    return user


def _raw(site: Site) -> list[float]:
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


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99) - 1]
