"""Open pages hear when something ends: those that may, and no others."""

import pytest

from accounts.domain import keys, users
from groups.domain import groups, members
from groups.models import Group, Membership
from posts.publishing import deletions
from posts.requests import asking
from tests.cast import Person
from tests.posts.live.tabs import Message, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


def end(group: Group, person: Person) -> None:
    members.leave(Membership.objects.get(group=group, user=person.user))


async def test_who_is_removed_is_told_which_group_it_was_and_nobody_else_hears_it(tabs, alice, bob, group):
    await tabs.open(alice=alice, bob=bob)

    await in_thread(end, group, bob)

    await tabs.hear(bob=[{"type": "membership.ended", "group": group.slug}])


async def test_members_are_told_of_a_deleted_post_once_and_outsiders_are_not(
    tabs, alice, bob, mallory, group
):
    post = await in_thread(alice.publish, group)
    await tabs.open(alice=alice, bob=bob, mallory=mallory)

    for _ in range(2):
        await in_thread(deletions.delete, post)

    told = [{"type": "post.deleted", "post_id": str(post.uid), "group": group.slug}]
    await tabs.hear(alice=told, bob=told)


async def test_of_a_post_that_never_came_out_only_its_author_hears(tabs, alice, bob, group):
    post = await in_thread(alice.submit, group)
    await tabs.open(alice=alice, bob=bob)

    await in_thread(deletions.delete, post)

    await tabs.hear(alice=[{"type": "post.deleted", "post_id": str(post.uid), "group": group.slug}])


@pytest.mark.parametrize("end", [groups.delete, groups.end])
async def test_of_a_deleted_group_its_members_hear_once(tabs, alice, bob, group, end):
    for _ in range(2):
        await in_thread(alice.publish, group)
    await tabs.open(bob=bob)

    await in_thread(end, group)

    await tabs.hear(bob=[{"type": "membership.ended", "group": group.slug}])


async def test_members_are_told_once_to_look_again_when_their_group_is_locked_and_unlocked(
    tabs, alice, bob, mallory, group
):
    await tabs.open(alice=alice, bob=bob, mallory=mallory)

    for change in (groups.lock, groups.lock, groups.unlock, groups.unlock):
        await in_thread(change, group)

    told: list[Message] = [{"type": "news.missed"}] * 2
    await tabs.hear(alice=told, bob=told)


async def test_of_a_revoked_key_its_owner_hears_and_the_author_who_was_to_wrap_for_it(
    tabs, alice, bob, late, post
):
    tablet = await in_thread(late.add_key, "Tablet")
    read_request, _ = await in_thread(asking.ask, post, asker=late.user)
    await tabs.open(alice=alice, bob=bob, carol=late)
    laptop = await in_thread(late.user.public_keys.get, label="Laptop")

    for key in (laptop, tablet):
        await in_thread(keys.revoke, key)

    revoked = [{"type": "key.revoked", "fingerprint": key.fingerprint} for key in (laptop, tablet)]
    changed = {"type": "read_request.changed", "request_id": read_request.pk, "post_id": str(post.uid)}
    closed = {"type": "read_request.closed", "request_id": read_request.pk, "pending": 0}
    await tabs.hear(alice=[changed, closed], carol=[revoked[0], closed, revoked[1]])


@pytest.mark.parametrize("whose", ["asker's", "author's"])
async def test_of_a_closed_account_the_other_one_hears_at_once(whose, tabs, alice, bob, late, post):
    read_request, _ = await in_thread(asking.ask, post, asker=late.user)
    await tabs.open(alice=alice, bob=bob, carol=late)
    out, there, closed = ("carol", "alice", late) if whose == "asker's" else ("alice", "carol", alice)

    await in_thread(users.deactivate, closed.user)

    await tabs.ends(out, {"type": "session.ended"})
    told: Message = {"type": "read_request.closed", "request_id": read_request.pk, "pending": 0}
    await tabs.hear(**{there: [told]})
