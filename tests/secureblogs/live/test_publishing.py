"""While Redis hangs, nobody waits for it, and listeners hear that they missed something."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from channels.layers import get_channel_layer
from django.conf import LazySettings
from redis import Redis

from secureblogs import live
from secureblogs.local.valkey import Valkey
from secureblogs.workers import redis

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass
class Somebody:
    uid: UUID


CHANNEL = live.user_channel(Somebody(UUID(int=1)))


@pytest.fixture
def valkey(tmp_path: Path, settings: LazySettings) -> Iterator[Valkey]:
    """A server of one test's own, which nobody of this process has spoken to."""
    own = Valkey(tmp_path / "valkey", durable=False)
    own.start()
    settings.REDIS_URL = own.url()
    redis.client.cache_clear()
    redis.note_answer()
    yield own
    thaw(own)
    own.stop()
    redis.client.cache_clear()
    redis.note_answer()


def freeze(valkey: Valkey) -> None:
    os.kill(int(valkey.pid_file.read_text()), signal.SIGSTOP)


def thaw(valkey: Valkey) -> None:
    os.kill(int(valkey.pid_file.read_text()), signal.SIGCONT)


Heard = Callable[[int], list[object]]


@pytest.fixture
def heard(valkey: Valkey, settings: LazySettings) -> Iterator[Heard]:
    """So many events that arrived since the last look, by number or type, and any more right after."""
    layer = get_channel_layer()
    assert layer is not None
    with Redis.from_url(valkey.url()) as client, client.pubsub() as events:
        events.subscribe(f"{settings.LIVE_PREFIX}__group__{CHANNEL}")
        assert events.get_message(timeout=5) is not None

        def look(count: int) -> list[object]:
            found: list[object] = []
            while message := events.get_message(timeout=5 if len(found) < count else 2):
                event = layer.deserialize(message["data"])["event"]
                found.append(event.get("number", event["type"]))
            return found

        yield look


def tell(*numbers: int) -> None:
    for number in numbers:
        live.publish(CHANNEL, "event", number=number)


@pytest.mark.parametrize("connected", [True, False])
def test_what_is_told_while_redis_hangs_costs_a_second_and_is_missed_once(valkey, heard, connected):
    if connected:
        tell(-1)
        assert heard(1) == [-1]
    freeze(valkey)

    began = time.monotonic()
    tell(*range(50))
    seconds = time.monotonic() - began
    thaw(valkey)

    assert seconds < 2.5
    # The first had already left over the old connection.
    assert heard(1 + connected) == [*([0] if connected else []), live.NEWS_MISSED]

    tell(50)
    assert heard(1) == [50]


def test_what_is_told_while_redis_restarts_is_remembered(valkey):
    tell(0)
    with Redis.from_url(valkey.url()) as client:
        client.flushall()
    valkey.stop()
    tell(1)
    valkey.start()

    deadline = time.monotonic() + 5
    while not live.was_told([CHANNEL], age=5000):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_redis_refuses_holds_nothing_up(valkey, heard):
    with Redis.from_url(valkey.url()) as client:
        # Nothing can be remembered any more, but still be published.
        client.config_set("maxmemory", 1)
    tell(0, 1)

    assert heard(2) == [0, 1]


def test_a_forked_process_says_what_it_lost_itself(valkey, heard):
    freeze(valkey)
    tell(0)
    lost, say_lost = os.pipe()
    child = os.fork()
    if not child:
        tell(1)
        os.write(say_lost, b"1")
        signal.pause()
    os.close(say_lost)
    try:
        assert os.read(lost, 1) == b"1"
        thaw(valkey)

        assert heard(2) == [live.NEWS_MISSED, live.NEWS_MISSED]
    finally:
        os.close(lost)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
