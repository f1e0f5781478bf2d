"""What the sockets say about read requests: exactly these members, to exactly these people. A real channel layer."""

from dataclasses import dataclass

import pytest
import pytest_asyncio

from accounts.domain import keys
from groups.domain import members
from groups.models import Group
from posts.models import Post, ReadRequest
from posts.requests import answering, asking
from tests.cast import Person, make_person
from tests.posts.live.tabs import Message, Tabs, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Asked:
    """Open tabs of everybody, Alice's in two browsers; the requests of Carol, who is `late`, and of others."""

    tabs: Tabs
    post: Post

    async def author_hears(self, *messages: Message, **others: list[Message]) -> None:
        """Both of Alice's browsers have exactly these messages; of the other tabs, only those that are named."""
        await self.tabs.hear(alice=[*messages], alices_phone=[*messages], **others)

    async def ask(self, person: Person, *, pending: int = 1) -> ReadRequest:
        """A request that both of Alice's browsers hear of, and nobody else."""
        read_request, _ = await in_thread(asking.ask, self.post, asker=person.user, message="Please!")
        await self.author_hears(await in_thread(created, read_request, pending=pending))
        return read_request


@pytest_asyncio.fixture(loop_scope="module")
async def asked(tabs: Tabs, alice: Person, bob: Person, mallory: Person, late: Person, post: Post) -> Asked:
    await tabs.open(alice=alice, alices_phone=alice, bob=bob, late=late, mallory=mallory)
    return Asked(tabs, post)


def created(read_request: ReadRequest, *, pending: int) -> Message:
    return {
        "type": "read_request.created",
        "request_id": read_request.pk,
        "post_id": str(read_request.post.uid),
        "requested_user_id": str(read_request.asker.uid),
        "user_public_key": read_request.asker.public_keys.order_by("pk")[0].pem,
        "pending": pending,
    }


def closed(read_request: ReadRequest, *, pending: int = 0) -> Message:
    return {"type": "read_request.closed", "request_id": read_request.pk, "pending": pending}


def answered(event: str, read_request: ReadRequest) -> Message:
    return {"type": event, "request_id": read_request.pk, "post_id": str(read_request.post.uid)}


def approve(alice: Person, read_request: ReadRequest) -> None:
    answering.approve(read_request, keys=alice.rewraps(read_request))


async def test_a_request_is_told_to_every_tab_of_the_author_once_and_to_nobody_else(asked, post, late):
    tablet = await in_thread(late.add_key, "Tablet")
    await asked.tabs.hear(late=[{"type": "key.added", "fingerprint": tablet.fingerprint}])

    await asked.ask(late)
    await in_thread(asking.ask, post, asker=late.user, message="Please!")

    await asked.tabs.hear()


async def test_asking_for_all_posts_is_told_once_with_the_count_of_all(asked, alice, group):
    newest = await in_thread(alice.publish, group, title="Newer")
    told: Message = {"type": "post.published", "post_id": str(newest.uid), "group": group.slug}
    await asked.author_hears(told, bob=[told], late=[told])
    dave = await joined("Dave", group)

    made = await in_thread(asking.ask_all, group, asker=dave.user)

    assert [each.post for each in made] == [newest, asked.post]
    await asked.author_hears(await in_thread(created, made[0], pending=2))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (approve, lambda made: answered("read_request.approved", made)),
        # Without its reason.
        (
            lambda _, made: answering.reject(made, reason="Not for you"),
            lambda made: answered("read_request.rejected", made),
        ),
        (lambda _, made: asking.withdraw(made), closed),
    ],
    ids=["a grant", "a refusal", "a withdrawal"],
)
async def test_an_end_is_told_to_the_asker_and_the_author_counts_again(asked, alice, late, answer, told):
    read_request = await asked.ask(late)

    await in_thread(answer, alice, read_request)

    await asked.author_hears(closed(read_request), late=[told(read_request)])


async def test_a_grant_that_is_taken_back_is_told_to_both(asked, alice, late):
    read_request = await asked.ask(late)
    await in_thread(approve, alice, read_request)
    message = closed(read_request)
    await asked.author_hears(message, late=[answered("read_request.approved", read_request)])

    await in_thread(answering.withdraw_grant, read_request)

    await asked.author_hears(message, late=[message])


async def test_a_wrong_grant_asks_again(asked, alice, late):
    read_request = await asked.ask(late)

    def approve_and_report() -> None:
        approve(alice, read_request)
        fingerprints = [key.fingerprint for key in read_request.public_keys.all()]
        answering.report_wrong(read_request, fingerprints=fingerprints)

    await in_thread(approve_and_report)

    again = await in_thread(created, read_request, pending=1)
    approved = answered("read_request.approved", read_request)
    await asked.author_hears(closed(read_request), again, late=[approved])


async def test_a_revoked_key_closes_what_it_was_the_last_one_of(asked, late):
    read_request = await asked.ask(late)
    key = await in_thread(late.user.public_keys.get)

    await in_thread(keys.revoke, key)

    message = closed(read_request)
    revoked: Message = {"type": "key.revoked", "fingerprint": key.fingerprint}
    await asked.author_hears(message, late=[message, revoked])


async def test_who_asks_in_a_group_and_leaves_it_hears_no_answer(asked, late, group):
    await asked.ask(late)

    await in_thread(group.memberships.filter(user=late.user).delete)
    # The author's page still has to know that it is not to be answered any more: its row does not count.
    read_request = await in_thread(
        ReadRequest.objects.select_related("asker", "post__author", "post__group").get
    )
    await in_thread(answering.reject, read_request)

    await asked.author_hears(closed(read_request))


async def test_the_count_is_the_authors_own(asked, late, group):
    dave = await joined("Dave", group)
    first = await asked.ask(late)
    await asked.ask(dave, pending=2)

    await in_thread(asking.withdraw, first)

    # One is left for Alice; nobody waits for who asked.
    await asked.author_hears(closed(first, pending=1), late=[closed(first)])


async def joined(name: str, group: Group) -> Person:
    """One more who comes late, without an open tab."""
    person = await in_thread(make_person, name)
    await in_thread(members.join, group, user=person.user)
    return person


async def test_after_a_wrong_grant_the_author_is_told_of_a_key_that_still_counts(asked, alice, late, post):
    """Both of Carol's keys were granted wrongly; then she revoked the first."""
    laptop, tablet = await in_thread(late.user.public_keys.get), await in_thread(late.add_key, "Tablet")
    read_request, _ = await in_thread(asking.ask, post, asker=late.user)
    await in_thread(approve, alice, read_request)
    await in_thread(keys.revoke, laptop)
    await asked.tabs.heard()

    await in_thread(answering.report_wrong, read_request, fingerprints=[tablet.fingerprint])

    again = await in_thread(created, read_request, pending=1)
    await asked.author_hears(again | {"user_public_key": tablet.pem})
