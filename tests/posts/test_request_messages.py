"""What the sockets say about read requests: exactly these members, to exactly these people. A real channel layer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from channels.testing import WebsocketCommunicator

from accounts.domain import keys
from groups.domain import members
from groups.models import Group
from posts.domain import answers, read_requests
from posts.models import Post, ReadRequest
from tests.cast import Person, make_person
from tests.posts.test_consumers import in_thread, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]

Message = dict[str, object]


@dataclass
class Tabs:
    """Open tabs of everybody, Alice's in two browsers."""

    tabs: dict[str, WebsocketCommunicator]

    async def hear(self, **expected: list[Message]) -> None:
        """Each of the named tabs has exactly these messages, and nobody else has any."""
        heard = {}
        for name, tab in self.tabs.items():
            heard[name] = [await tab.receive_json_from(timeout=5) for _ in expected.get(name, [])]
        assert heard == {name: expected.get(name, []) for name in self.tabs}
        for tab in self.tabs.values():
            assert await tab.receive_nothing(timeout=0.2, interval=0.05) is True


@pytest_asyncio.fixture(loop_scope="module")
async def tabs(
    alice: Person, bob: Person, mallory: Person, late: Person, group: Group, post: Post
) -> AsyncIterator[Tabs]:
    people = {"alice": alice, "alices_phone": alice, "bob": bob, "late": late, "mallory": mallory}
    opened_tabs = Tabs({name: await opened(person) for name, person in people.items()})
    yield opened_tabs
    for tab in opened_tabs.tabs.values():
        await tab.disconnect()


async def ask(post: Post, person: Person) -> ReadRequest:
    read_request, _ = await in_thread(read_requests.ask, post, asker=person.user, message="Please!")
    return read_request


def created(read_request: ReadRequest, post: Post, person: Person, *, pem: str, pending: int) -> Message:
    return {
        "type": "read_request.created",
        "request_id": read_request.pk,
        "post_id": str(post.uid),
        "requested_user_id": str(person.user.uid),
        "user_public_key": pem,
        "pending": pending,
    }


def closed(read_request: ReadRequest, *, pending: int) -> Message:
    return {"type": "read_request.closed", "request_id": read_request.pk, "pending": pending}


def answered(event: str, read_request: ReadRequest, post: Post) -> Message:
    return {"type": event, "request_id": read_request.pk, "post_id": str(post.uid)}


def first_pem(person: Person) -> str:
    return person.user.public_keys.order_by("pk")[0].pem


async def test_a_request_is_told_to_every_tab_of_the_author_and_to_nobody_else(
    tabs: Tabs, post: Post, late: Person
) -> None:
    await in_thread(late.add_key, "Tablet")
    pem = await in_thread(first_pem, late)

    read_request = await ask(post, late)

    message = created(read_request, post, late, pem=pem, pending=1)
    await tabs.hear(alice=[message], alices_phone=[message])


async def test_asking_again_while_it_waits_is_told_to_nobody(tabs: Tabs, post: Post, late: Person) -> None:
    await ask(post, late)
    for name in ("alice", "alices_phone"):
        assert (await tabs.tabs[name].receive_json_from())["type"] == "read_request.created"

    await ask(post, late)

    await tabs.hear()


async def test_asking_for_all_posts_is_told_once_with_the_count_of_all(
    tabs: Tabs, post: Post, alice: Person, group: Group
) -> None:
    newest = await in_thread(alice.publish, group, title="Newer")
    for name in ("alice", "alices_phone", "bob", "late"):
        assert (await tabs.tabs[name].receive_json_from())["type"] == "post.published"
    dave = await joined("Dave", group)
    pem = await in_thread(first_pem, dave)

    asked = await in_thread(read_requests.ask_all, group, asker=dave.user)

    assert len(asked) == 2
    message = created(asked[0], newest, dave, pem=pem, pending=2)
    await tabs.hear(alice=[message], alices_phone=[message])


async def test_a_grant_is_told_to_the_asker_and_the_author_counts_again(
    tabs: Tabs, post: Post, alice: Person, late: Person
) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    def approve() -> None:
        answers.approve(read_request, keys=alice.rewraps(read_request))

    await in_thread(approve)

    message = closed(read_request, pending=0)
    approved = answered("read_request.approved", read_request, post)
    await tabs.hear(alice=[message], alices_phone=[message], late=[approved])


async def test_a_refusal_is_told_to_the_asker_without_its_reason(
    tabs: Tabs, post: Post, late: Person
) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    await in_thread(answers.reject, read_request, reason="Not for you")

    message = closed(read_request, pending=0)
    rejected = answered("read_request.rejected", read_request, post)
    await tabs.hear(alice=[message], alices_phone=[message], late=[rejected])


async def test_a_withdrawal_is_told_to_the_author_and_to_the_askers_other_tabs(
    tabs: Tabs, post: Post, late: Person
) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    await in_thread(read_requests.withdraw, read_request)

    message = closed(read_request, pending=0)
    await tabs.hear(alice=[message], alices_phone=[message], late=[message])


async def test_a_grant_that_is_taken_back_is_told_to_both(
    tabs: Tabs, post: Post, alice: Person, late: Person
) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    def approve() -> None:
        answers.approve(read_request, keys=alice.rewraps(read_request))

    await in_thread(approve)
    for name in ("alice", "alices_phone", "late"):
        await tabs.tabs[name].receive_json_from()

    await in_thread(answers.withdraw_grant, read_request)

    message = closed(read_request, pending=0)
    await tabs.hear(alice=[message], alices_phone=[message], late=[message])


async def test_a_wrong_grant_asks_again(tabs: Tabs, post: Post, alice: Person, late: Person) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    def approve_and_report() -> None:
        answers.approve(read_request, keys=alice.rewraps(read_request))
        answers.report_wrong(
            read_request, fingerprints=[key.fingerprint for key in read_request.public_keys.all()]
        )

    pem = await in_thread(first_pem, late)
    await in_thread(approve_and_report)

    again = created(read_request, post, late, pem=pem, pending=1)
    approved = answered("read_request.approved", read_request, post)
    for_alice = [closed(read_request, pending=0), again]
    await tabs.hear(alice=for_alice, alices_phone=for_alice, late=[approved])


async def test_a_revoked_key_closes_what_it_was_the_last_one_of(tabs: Tabs, post: Post, late: Person) -> None:
    read_request = await asked_and_heard(tabs, post, late)

    key = await in_thread(late.user.public_keys.get)

    await in_thread(keys.revoke, key)

    message = closed(read_request, pending=0)
    revoked: Message = {"type": "key.revoked", "fingerprint": key.fingerprint}
    await tabs.hear(alice=[message], alices_phone=[message], late=[message, revoked])


async def test_who_asks_in_a_group_and_leaves_it_hears_no_answer(
    tabs: Tabs, post: Post, alice: Person, late: Person, group: Group
) -> None:
    await asked_and_heard(tabs, post, late)

    await in_thread(group.memberships.filter(user=late.user).delete)
    # The author's page still has to know that it is not to be answered any more: its row does not count.
    read_request = await in_thread(
        ReadRequest.objects.select_related("asker", "post__author", "post__group").get
    )
    await in_thread(answers.reject, read_request)

    message = closed(read_request, pending=0)
    await tabs.hear(alice=[message], alices_phone=[message])


async def test_the_count_is_the_authors_own(tabs: Tabs, post: Post, late: Person, group: Group) -> None:
    dave = await joined("Dave", group)
    first = await asked_and_heard(tabs, post, late)
    second, pem = await ask(post, dave), await in_thread(first_pem, dave)
    message = created(second, post, dave, pem=pem, pending=2)
    await tabs.hear(alice=[message], alices_phone=[message])

    await in_thread(read_requests.withdraw, first)

    # One is left for Alice; nobody waits for who asked.
    theirs, own = closed(first, pending=1), closed(first, pending=0)
    await tabs.hear(alice=[theirs], alices_phone=[theirs], late=[own])


async def asked_and_heard(tabs: Tabs, post: Post, person: Person) -> ReadRequest:
    """A request that both of Alice's browsers know of."""
    read_request, pem = await ask(post, person), await in_thread(first_pem, person)
    message = created(read_request, post, person, pem=pem, pending=1)
    await tabs.hear(alice=[message], alices_phone=[message])
    return read_request


async def joined(name: str, group: Group) -> Person:
    """One more who comes late, without an open tab."""
    person = await in_thread(make_person, name)
    await in_thread(members.join, group, user=person.user)
    return person
