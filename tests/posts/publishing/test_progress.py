"""The author of a large post hears how far it is, as the message leaves for their tabs."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.utils import timezone
from redis import Redis

from groups.domain import members
from groups.models import Group
from posts.models import KeyBatch, Post, Revision
from posts.publishing import fanout, posts, sweeping
from secureblogs import live
from secureblogs.workers import hints
from tests.cast import Person, make_person

Told = Callable[[], list[object]]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put one key into a batch, and throw hints for workers away."""
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    yield
    hints.purge("posts.wrap_batch")


@pytest.fixture
def told(alice: Person) -> Iterator[Told]:
    """How many keys Alice's tabs have heard of since the last look, or that the post is published."""
    layer = get_channel_layer()
    assert layer is not None
    with Redis.from_url(settings.REDIS_URL) as redis, redis.pubsub() as events:
        events.subscribe(f"{settings.LIVE_PREFIX}__group__{live.user_channel(alice.user)}")
        assert events.get_message(timeout=5) is not None

        def look() -> list[object]:
            found: list[object] = []
            redis.publish(f"{settings.LIVE_PREFIX}__group__{live.user_channel(alice.user)}", b"")
            while (message := events.get_message(timeout=5)) and message["data"]:
                event = layer.deserialize(message["data"])["event"]
                assert (event["type"], event["total"]) == ("post.progress", 5)
                found.append(event["wrapped"])
            return found

        yield look


@pytest.fixture
def encrypt(
    alice: Person, group: Group, django_capture_on_commit_callbacks: Callable[..., object]
) -> Callable[[], Post]:
    """Alice writes for five keys, and a worker seals and plans."""
    for number in range(3):
        members.join(group, user=make_person(f"Member{number}").user)

    def run() -> Post:
        post = alice.submit(group)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            posts.encrypt(post.current.pk)
        return post

    return run


@pytest.fixture
def wrap(django_capture_on_commit_callbacks: Callable[..., object]) -> Callable[[], None]:
    """A worker does one of the batches that are left."""

    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            fanout.wrap_batch(KeyBatch.objects.order_by("pk")[0].pk)

    return run


def test_each_batch_is_told_when_they_take_long(monkeypatch, encrypt, wrap, told):
    monkeypatch.setattr(fanout, "PROGRESS_INTERVAL", timedelta(0))
    encrypt()
    assert told() == [0]

    for number in range(1, 5):
        wrap()
        assert told() == [number]


def test_of_many_quick_batches_the_first_is_told_and_the_sweep_says_where_it_stands(
    monkeypatch, encrypt, wrap, told, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(fanout, "PROGRESS_INTERVAL", timedelta(hours=1))
    encrypt()
    for _ in range(3):
        wrap()
    assert told() == [0, 1]

    Revision.objects.update(progress_told_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        sweeping.sweep()

    assert told() == [3]


def test_it_is_at_most_four_messages_a_second_besides_the_first_two(encrypt, wrap, told):
    encrypt()
    began = time.monotonic()
    for _ in range(4):
        wrap()
    seconds = time.monotonic() - began

    assert len(told()) <= 2 + 4 * seconds


def test_a_clock_that_was_set_back_holds_nothing_up(encrypt, wrap, told):
    encrypt()
    wrap()
    assert told() == [0, 1]
    Revision.objects.update(progress_told_at=timezone.now() + timedelta(hours=1))

    wrap()

    assert told() == [2]
