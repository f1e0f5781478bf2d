"""News comes between the making of a page and its socket: the tab hears that it missed something."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from redis import Redis

from accounts.domain import keys
from groups.models import Group
from secureblogs import live
from tests.cast import Person, session_of
from tests.posts.live.tabs import Message, Tabs, in_thread, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]

MISSED, NOTHING = [{"type": "news.missed"}], list[Message]()
MEMORY = f"{settings.LIVE_PREFIX}__told__*"


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


@pytest.fixture
def quiet(redis: Redis, bob: Person, mallory: Person, group: Group) -> None:
    """Nothing has been told for a long time."""
    if names := redis.keys(MEMORY):
        redis.delete(*names)


def revoke_key_of(person: Person) -> None:
    keys.revoke(person.user.public_keys.get())


async def heard(person: Person, query: str) -> list[Message]:
    """What a new tab hears after it is accepted."""
    tabs = Tabs()
    await tabs.add("new", person, socket(await in_thread(session_of, person.user), query=query))
    messages = await tabs.heard()
    await tabs.close()
    return messages["new"]


async def test_a_tab_hears_that_it_missed_what_was_told_to_its_person(quiet, bob, mallory):
    assert await heard(bob, "age=1000") == NOTHING

    await in_thread(revoke_key_of, bob)

    assert await heard(bob, "age=1000") == MISSED
    assert await heard(mallory, "age=1000") == NOTHING


async def test_a_tab_hears_that_it_missed_what_was_told_to_a_group(quiet, alice, bob, mallory, group):
    await in_thread(alice.publish, group)

    assert await heard(bob, "age=1000") == MISSED
    assert await heard(mallory, "age=1000") == NOTHING


async def test_what_was_told_before_the_page_was_asked_for_is_in_it(quiet, redis, bob):
    await in_thread(revoke_key_of, bob)
    (name,) = redis.keys(MEMORY)
    # As if that had been five seconds ago.
    redis.pexpire(name, live.REMEMBERED - 5_000)

    assert await heard(bob, "age=1000") == NOTHING
    assert await heard(bob, "age=6000") == MISSED


async def test_of_a_page_that_is_very_old_nobody_knows(quiet, bob):
    assert await heard(bob, f"age={live.REMEMBERED}") == MISSED


@pytest.mark.parametrize("query", ["", "age=", "age=-1", "age=x", "age=%b2", "age=9999999999", "other=1"])
async def test_who_does_not_say_how_old_the_page_is_hears_nothing(quiet, bob, query):
    await in_thread(revoke_key_of, bob)

    assert await heard(bob, query) == NOTHING
