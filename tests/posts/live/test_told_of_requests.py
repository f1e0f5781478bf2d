"""An author's open pages hear of many requests at once."""

import pytest

from accounts.domain import keys
from groups.domain import members
from groups.models import Group
from posts.requests import answering, asking
from tests.cast import Person
from tests.posts.live.test_consumers import in_thread, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


def ask_for_all(group: Group, person: Person, authors: list[Person]) -> None:
    for author in authors:
        author.publish(group)
        author.publish(group)
    members.join(group, user=person.user)
    assert len(asking.ask_all(group, asker=person.user)) == 2 * len(authors)


async def test_who_asks_for_all_posts_of_two_authors_is_told_once_to_each(alice, bob, carol, mallory, group):
    tabs = [await opened(alice), await opened(bob)]
    mallorys = await opened(mallory)

    await in_thread(ask_for_all, group, carol, [alice, bob])

    for tab in tabs:
        heard = [await tab.receive_json_from() for _ in range(5)]
        # Of the four posts as they came out, and then of all requests at once.
        assert [message["type"] for message in heard] == [*4 * ["post.published"], "read_request.created"]
        assert (heard[-1]["pending"], heard[-1]["requested_user_id"]) == (2, str(carol.user.uid))
        assert await tab.receive_nothing() is True
    assert await mallorys.receive_nothing() is True
    for tab in [*tabs, mallorys]:
        await tab.disconnect()


async def test_after_a_wrong_grant_the_author_is_told_of_a_key_that_still_counts(alice, late, post):
    def grant_wrongly() -> str:
        """To both of Carol's keys, of which she then revokes the first."""
        laptop, tablet = late.user.public_keys.get(), late.add_key("Tablet")
        read_request, _ = asking.ask(post, asker=late.user)
        answering.approve(read_request, keys=alice.rewraps(read_request))
        keys.revoke(laptop)
        answering.report_wrong(read_request, fingerprints=[tablet.fingerprint])
        return str(tablet.pem)

    tab = await opened(alice)

    tablets = await in_thread(grant_wrongly)

    heard = [await tab.receive_json_from() for _ in range(3)]
    assert [message["type"] for message in heard] == [
        "read_request.created",
        "read_request.closed",
        "read_request.created",
    ]
    assert heard[-1]["user_public_key"] == tablets
    await tab.disconnect()
