"""What the sockets say about read requests: exactly these members, to exactly these people. A real channel layer."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from channels.testing import WebsocketCommunicator

from accounts.domain import keys
from groups.domain import members
from groups.models import Group
from posts.models import Post, ReadRequest
from posts.requests import answering, asking
from secureblogs import live
from tests.cast import Person, make_person
from tests.posts.live.test_consumers import in_thread, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]

Message = dict[str, object]


@dataclass
class Tabs:
    """Open tabs of everybody, Alice's in two browsers; the requests of Carol, who is `late`, and of others."""

    people: dict[str, Person]
    tabs: dict[str, WebsocketCommunicator]
    post: Post

    async def hear(self, **expected: list[Message]) -> None:
        """Each of the named tabs has exactly these messages, and nobody else has any."""
        # What is told now comes after all that was told before.
        await in_thread(self._mark)
        heard = {name: [message async for message in until_mark(tab)] for name, tab in self.tabs.items()}
        assert heard == {name: expected.get(name, []) for name in self.tabs}

    async def author_hears(self, *messages: Message, **others: list[Message]) -> None:
        """Both of Alice's browsers have exactly these messages; of the other tabs, only those that are named."""
        await self.hear(alice=[*messages], alices_phone=[*messages], **others)

    async def ask(self, person: Person, *, pending: int = 1) -> ReadRequest:
        """A request that both of Alice's browsers hear of, and nobody else."""
        read_request, _ = await in_thread(asking.ask, self.post, asker=person.user, message="Please!")
        await self.author_hears(await in_thread(created, read_request, pending=pending))
        return read_request

    def _mark(self) -> None:
        for person in {person.user.pk: person for person in self.people.values()}.values():
            live.publish(live.user_channel(person.user), "mark")


async def until_mark(tab: WebsocketCommunicator) -> AsyncIterator[Message]:
    while (message := await tab.receive_json_from()) != {"type": "mark"}:
        yield message


@pytest_asyncio.fixture(loop_scope="module")
async def tabs(
    alice: Person, bob: Person, mallory: Person, late: Person, group: Group, post: Post
) -> AsyncIterator[Tabs]:
    people = {"alice": alice, "alices_phone": alice, "bob": bob, "late": late, "mallory": mallory}
    opened_tabs = Tabs(people, {name: await opened(person) for name, person in people.items()}, post)
    yield opened_tabs
    for tab in opened_tabs.tabs.values():
        await tab.disconnect()


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


async def test_a_request_is_told_to_every_tab_of_the_author_once_and_to_nobody_else(
    tabs: Tabs, post: Post, late: Person
) -> None:
    tablet = await in_thread(late.add_key, "Tablet")
    await tabs.hear(late=[{"type": "key.added", "fingerprint": tablet.fingerprint}])

    await tabs.ask(late)
    await in_thread(asking.ask, post, asker=late.user, message="Please!")

    await tabs.hear()


async def test_asking_for_all_posts_is_told_once_with_the_count_of_all(
    tabs: Tabs, alice: Person, group: Group
) -> None:
    newest = await in_thread(alice.publish, group, title="Newer")
    told: Message = {"type": "post.published", "post_id": str(newest.uid), "group": group.slug}
    await tabs.author_hears(told, bob=[told], late=[told])
    dave = await joined("Dave", group)

    asked = await in_thread(asking.ask_all, group, asker=dave.user)

    assert [each.post for each in asked] == [newest, tabs.post]
    await tabs.author_hears(await in_thread(created, asked[0], pending=2))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (approve, lambda asked: answered("read_request.approved", asked)),
        # Without its reason.
        (
            lambda _, asked: answering.reject(asked, reason="Not for you"),
            lambda asked: answered("read_request.rejected", asked),
        ),
        (lambda _, asked: asking.withdraw(asked), closed),
    ],
    ids=["a grant", "a refusal", "a withdrawal"],
)
async def test_an_end_is_told_to_the_asker_and_the_author_counts_again(
    tabs: Tabs,
    alice: Person,
    late: Person,
    answer: Callable[[Person, ReadRequest], None],
    told: Callable[[ReadRequest], Message],
) -> None:
    read_request = await tabs.ask(late)

    await in_thread(answer, alice, read_request)

    await tabs.author_hears(closed(read_request), late=[told(read_request)])


async def test_a_grant_that_is_taken_back_is_told_to_both(tabs: Tabs, alice: Person, late: Person) -> None:
    read_request = await tabs.ask(late)
    await in_thread(approve, alice, read_request)
    message = closed(read_request)
    await tabs.author_hears(message, late=[answered("read_request.approved", read_request)])

    await in_thread(answering.withdraw_grant, read_request)

    await tabs.author_hears(message, late=[message])


async def test_a_wrong_grant_asks_again(tabs: Tabs, alice: Person, late: Person) -> None:
    read_request = await tabs.ask(late)

    def approve_and_report() -> None:
        approve(alice, read_request)
        fingerprints = [key.fingerprint for key in read_request.public_keys.all()]
        answering.report_wrong(read_request, fingerprints=fingerprints)

    await in_thread(approve_and_report)

    again = await in_thread(created, read_request, pending=1)
    approved = answered("read_request.approved", read_request)
    await tabs.author_hears(closed(read_request), again, late=[approved])


async def test_a_revoked_key_closes_what_it_was_the_last_one_of(tabs: Tabs, late: Person) -> None:
    read_request = await tabs.ask(late)
    key = await in_thread(late.user.public_keys.get)

    await in_thread(keys.revoke, key)

    message = closed(read_request)
    revoked: Message = {"type": "key.revoked", "fingerprint": key.fingerprint}
    await tabs.author_hears(message, late=[message, revoked])


async def test_who_asks_in_a_group_and_leaves_it_hears_no_answer(
    tabs: Tabs, late: Person, group: Group
) -> None:
    await tabs.ask(late)

    await in_thread(group.memberships.filter(user=late.user).delete)
    # The author's page still has to know that it is not to be answered any more: its row does not count.
    read_request = await in_thread(
        ReadRequest.objects.select_related("asker", "post__author", "post__group").get
    )
    await in_thread(answering.reject, read_request)

    await tabs.author_hears(closed(read_request))


async def test_the_count_is_the_authors_own(tabs: Tabs, late: Person, group: Group) -> None:
    dave = await joined("Dave", group)
    first = await tabs.ask(late)
    await tabs.ask(dave, pending=2)

    await in_thread(asking.withdraw, first)

    # One is left for Alice; nobody waits for who asked.
    await tabs.author_hears(closed(first, pending=1), late=[closed(first)])


async def joined(name: str, group: Group) -> Person:
    """One more who comes late, without an open tab."""
    person = await in_thread(make_person, name)
    await in_thread(members.join, group, user=person.user)
    return person
