"""Open pages hear when something ends: those that may, and no others."""

import pytest

from accounts.domain import keys, users
from groups.domain import groups, members
from groups.models import Group, Membership
from posts.publishing import deletions
from posts.requests import asking
from tests.cast import Person
from tests.posts.live.test_consumers import in_thread, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


def end(group: Group, person: Person) -> None:
    members.leave(Membership.objects.get(group=group, user=person.user))


async def test_who_is_removed_is_told_which_group_it_was_and_nobody_else_hears_it(alice, bob, group):
    alices, bobs = await opened(alice), await opened(bob)

    await in_thread(end, group, bob)

    assert await bobs.receive_json_from() == {"type": "membership.ended", "group": group.slug}
    assert await bobs.receive_nothing() is True
    assert await alices.receive_nothing() is True
    await alices.disconnect()
    await bobs.disconnect()


async def test_members_are_told_of_a_deleted_post_and_outsiders_are_not(alice, bob, mallory, group):
    post = await in_thread(alice.publish, group)
    alices, bobs, mallorys = await opened(alice), await opened(bob), await opened(mallory)

    await in_thread(deletions.delete, post)

    told = {"type": "post.deleted", "post_id": str(post.uid), "group": group.slug}
    assert await alices.receive_json_from() == told
    assert await bobs.receive_json_from() == told
    assert await mallorys.receive_nothing() is True
    await in_thread(deletions.delete, post)
    assert await bobs.receive_nothing() is True
    for tab in (alices, bobs, mallorys):
        await tab.disconnect()


async def test_of_a_post_that_never_came_out_only_its_author_hears(alice, bob, group):
    post = await in_thread(alice.submit, group)
    alices, bobs = await opened(alice), await opened(bob)

    await in_thread(deletions.delete, post)

    assert (await alices.receive_json_from())["type"] == "post.deleted"
    assert await bobs.receive_nothing() is True
    await alices.disconnect()
    await bobs.disconnect()


@pytest.mark.parametrize("end", [groups.delete, groups.end])
async def test_of_a_deleted_group_its_members_hear_once(alice, bob, group, end):
    for _ in range(2):
        await in_thread(alice.publish, group)
    bobs = await opened(bob)

    await in_thread(end, group)

    assert await bobs.receive_json_from() == {"type": "membership.ended", "group": group.slug}
    assert await bobs.receive_nothing() is True
    await bobs.disconnect()


async def test_of_a_revoked_key_its_owner_hears_and_the_author_who_was_to_wrap_for_it(
    alice, bob, carol, group
):
    post = await in_thread(alice.publish, group)

    def ask() -> int:
        members.join(group, user=carol.user)
        carol.add_key("Tablet")
        return asking.ask(post, asker=carol.user)[0].pk

    request_id = await in_thread(ask)
    alices, bobs, carols = await opened(alice), await opened(bob), await opened(carol)
    laptop, tablet = await in_thread(lambda: list(carol.user.public_keys.order_by("pk")))

    await in_thread(keys.revoke, laptop)

    assert await carols.receive_json_from() == {"type": "key.revoked", "fingerprint": laptop.fingerprint}
    changed = {"type": "read_request.changed", "request_id": request_id, "post_id": str(post.uid)}
    assert await alices.receive_json_from() == changed
    await in_thread(keys.revoke, tablet)
    closed = {"type": "read_request.closed", "request_id": request_id, "pending": 0}
    assert await alices.receive_json_from() == closed
    assert await bobs.receive_nothing() is True
    for tab in (alices, bobs, carols):
        await tab.disconnect()


@pytest.mark.parametrize("whose", ["asker's", "author's"])
async def test_of_a_closed_account_the_other_one_hears_at_once(whose, alice, bob, late, post):
    read_request, _ = await in_thread(asking.ask, post, asker=late.user)
    alices, bobs, carols = await opened(alice), await opened(bob), await opened(late)
    out, there, closed = (carols, alices, late) if whose == "asker's" else (alices, carols, alice)

    await in_thread(users.deactivate, closed.user)

    told = {"type": "read_request.closed", "request_id": read_request.pk, "pending": 0}
    assert await there.receive_json_from() == told
    assert await out.receive_json_from() == {"type": "session.ended"}
    assert await bobs.receive_nothing() is True
    for tab in (alices, bobs, carols):
        await tab.disconnect()
