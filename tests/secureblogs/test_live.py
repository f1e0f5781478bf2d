"""What is told while Redis hangs: nobody waits for it, and it arrives in order afterwards."""

import logging
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

from secureblogs import live, outbox
from secureblogs.embedded.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


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
    live._redis.cache_clear()
    yield own
    thaw(own)
    own.stop()
    live._redis.cache_clear()
    live._outbox.cache_clear()


def freeze(valkey: Valkey) -> None:
    os.kill(int(valkey.pid_file.read_text()), signal.SIGSTOP)


def thaw(valkey: Valkey) -> None:
    os.kill(int(valkey.pid_file.read_text()), signal.SIGCONT)


Heard = Callable[[int], list[object]]


@pytest.fixture
def heard(valkey: Valkey, settings: LazySettings) -> Iterator[Heard]:
    """The numbers of so many events that arrived since the last look, and of any more right after."""
    layer = get_channel_layer()
    assert layer is not None
    with Redis.from_url(valkey.url()) as redis, redis.pubsub() as events:
        events.subscribe(f"{settings.LIVE_PREFIX}__group__{CHANNEL}")
        assert events.get_message(timeout=5) is not None

        def look(count: int) -> list[object]:
            numbers: list[object] = []
            while message := events.get_message(timeout=5 if len(numbers) < count else 2):
                numbers.append(layer.deserialize(message["data"])["event"]["number"])
            return numbers

        yield look


def tell(*numbers: int) -> None:
    for number in numbers:
        live.tell(CHANNEL, "event", number=number)


@pytest.mark.parametrize("connected", [True, False])
def test_what_is_told_while_redis_hangs_costs_a_second_and_arrives_in_order(
    valkey: Valkey, heard: Heard, connected: bool
) -> None:
    if connected:
        tell(-1)
        assert heard(1) == [-1]
    freeze(valkey)

    began = time.monotonic()
    tell(*range(50))
    seconds = time.monotonic() - began
    thaw(valkey)

    assert seconds < 2.5
    # The first had already left over the old connection, and is then told twice.
    assert heard(50 + connected) == [*([0] if connected else []), *range(50)]

    tell(50)
    assert heard(1) == [50]


def test_what_is_told_while_redis_restarts_arrives(valkey: Valkey) -> None:
    tell(0)
    with Redis.from_url(valkey.url()) as redis:
        redis.flushall()
    valkey.stop()
    tell(1)
    valkey.start()

    deadline = time.monotonic() + 5
    while not live.was_told([CHANNEL], age=5000):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_is_told_late_was_told_when_it_was_sent(valkey: Valkey, heard: Heard) -> None:
    freeze(valkey)
    tell(0)
    time.sleep(2)
    thaw(valkey)

    assert heard(1) == [0]
    # It was told more than five seconds ago, and sent two to four seconds ago.
    time.sleep(1)
    assert live.was_told([CHANNEL], age=5000)
    assert not live.was_told([CHANNEL], age=1000)


def test_only_so_many_wait(
    valkey: Valkey, heard: Heard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "MOST", 3)
    freeze(valkey)
    with caplog.at_level(logging.WARNING, outbox.__name__):
        tell(*range(5))
        thaw(valkey)
        assert heard(3) == [0, 1, 2]

    assert caplog.messages == [
        "Redis is away, and live messages wait: TimeoutError",
        "Redis was away, and 2 live messages were dropped.",
    ]


def test_what_has_waited_for_too_long_is_dropped(
    valkey: Valkey, heard: Heard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "SECONDS_TO_KEEP", 3)
    freeze(valkey)
    with caplog.at_level(logging.WARNING, outbox.__name__):
        tell(0, 1)
        time.sleep(3)
        tell(2)
        thaw(valkey)
        assert heard(1) == [2]

    assert "Redis was away, and 2 live messages were dropped." in caplog.messages


def test_what_redis_refuses_is_not_sent_again_and_holds_nothing_up(valkey: Valkey, heard: Heard) -> None:
    with Redis.from_url(valkey.url()) as redis:
        # Nothing can be remembered any more, but still be published.
        redis.config_set("maxmemory", 1)
    tell(0, 1)

    assert heard(2) == [0, 1]


def test_a_forked_process_sends_what_it_told_and_nothing_of_its_parent(valkey: Valkey, heard: Heard) -> None:
    freeze(valkey)
    tell(0)
    child = os.fork()
    if not child:
        tell(1)
        time.sleep(5)
        os._exit(0)
    time.sleep(2)
    thaw(valkey)

    assert sorted(map(str, heard(2))) == ["0", "1"]
    assert os.waitpid(child, 0) == (child, 0)
