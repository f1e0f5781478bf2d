"""PostgreSQL and Redis take no writes for a while, as during a failover, while people go on at two web processes.

`READ_ONLY_SECONDS=60` holds it for longer than a test should take.
"""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from posts.models import Post
from tests.faults.posts import every_key_of, is_published, make_group, unfinished, wait_for, wrapped
from tests.faults.test_rolling_restart import Load, publish, read, second_web
from tests.faults.world import World

SECONDS = float(os.environ.get("READ_ONLY_SECONDS", "6"))


@contextmanager
def read_only(world: World) -> Iterator[None]:
    """Have both servers refuse every write, and say so as a standby and a cut-off primary do."""
    redis = world.redis()
    _set_read_only("on")
    redis.config_set("min-replicas-to-write", 1)
    try:
        yield
    finally:
        redis.config_set("min-replicas-to-write", 0)
        _set_read_only("off")


def _set_read_only(value: str) -> None:
    """As who asks anew finds it: every other connection ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only TO off")
        cursor.execute(f"ALTER ROLE CURRENT_USER SET default_transaction_read_only TO {value}")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )


def test_what_two_web_processes_accept_around_a_failover_is_published(world, visit):
    group, members = make_group(world, members=3, keys=150)
    author, first = visit(members[0]), uuid.uuid4()
    assert author.publish(group, uid=first).status == 201
    wait_for(lambda: is_published(first))
    load = Load([world.site.port, second_web(world)])
    world.site.start("worker 2", process="worker")

    publish(load, members[0], group)
    read(load, members[1], first)
    wait_for(lambda: load.answers["publish: 201"] >= 3)
    with read_only(world):
        wait_for(lambda: load.answers["publish: 503"] >= 1)
        before = load.answers["read: 200"]
        time.sleep(SECONDS)
        read_meanwhile = load.answers["read: 200"] - before
    accepted = load.answers["publish: 201"]
    wait_for(lambda: load.answers["publish: 201"] >= accepted + 3, seconds=30)
    load.stop()
    world.wait_for_answers()

    print(f"\n{SECONDS:.0f} s without writes: {dict(load.answers)}, {read_meanwhile} pages read meanwhile")
    assert read_meanwhile > 0
    # Whoever reads just as connections end, at the beginning and at the end, is told to come again.
    assert load.answers["read: 503"] <= 4
    told = {"publish: 201", "publish: 503", "read: 200"}
    assert set(load.answers) - {"publish: 429", "read: 503"} == told
    # What was answered with 503 is not there: nobody has to guess.
    published = list(Post.objects.filter(group=group).exclude(uid=first).values_list("uid", flat=True))
    assert (len(published), set(published) - set(load.published)) == (load.answers["publish: 201"], set())
    wait_for(lambda: all(map(is_published, published)), seconds=60)
    everybody = every_key_of(members)
    assert all(wrapped(uid) == everybody for uid in published)
    assert unfinished(group) == 0
    for name in ("web 2", "worker 2"):
        world.kill(name, signal.SIGTERM)
