"""The WebSocket: who may open it, what it says, and when it ends. Real Redis, real sessions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import ParamSpec, TypeVar

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from redis import Redis

from groups.domain import members
from groups.models import Group, Membership
from posts.publishing import posts
from secureblogs import live
from secureblogs.asgi import application
from tests.cast import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]

ORIGIN = settings.SITE_URL
SECONDS_TO_WAIT = 10

P = ParamSpec("P")
T = TypeVar("T")


class Tab(WebsocketCommunicator):
    """Waits on a slow machine, too."""

    async def receive_output(self, timeout: float = SECONDS_TO_WAIT) -> dict[str, object]:  # noqa: ASYNC109
        output: dict[str, object] = await super().receive_output(max(timeout, SECONDS_TO_WAIT))
        return output

    async def disconnect(self, code: int = 1000, timeout: float = SECONDS_TO_WAIT) -> None:  # noqa: ASYNC109
        """End it, unless a test that has waited in vain has: pytest does not go on after a cancellation."""
        if not self.future.cancelled():
            await super().disconnect(code, timeout)


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Database code of a test, with a connection of its own that does not stay open."""

    def closing() -> T:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return await sync_to_async(closing, thread_sensitive=False)()


def session_of(person: Person) -> str:
    client = Client()
    client.force_login(person.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def socket(session_key: str = "", origin: str | None = ORIGIN, query: str = "") -> Tab:
    headers = [(b"host", ORIGIN.split("//")[1].encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if session_key:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
    return Tab(application, f"/ws/post_request?{query}", headers=headers)


async def opened(person: Person) -> WebsocketCommunicator:
    communicator = socket(await in_thread(session_of, person))
    assert await communicator.connect() == (True, None)
    assert await communicator.receive_json_from() == {"message": "connection accepted"}
    return communicator


async def closing_code(communicator: WebsocketCommunicator) -> int:
    message = await communicator.receive_output()
    assert message["type"] == "websocket.close"
    return int(message["code"])


@pytest_asyncio.fixture(loop_scope="module")
async def alices(alice: Person, group: Group) -> AsyncIterator[WebsocketCommunicator]:
    """Alice's tab, in a group that is there before it: it need not follow her there."""
    communicator = await opened(alice)
    yield communicator
    await communicator.disconnect()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://evil.example",
        ORIGIN + "9",
        ORIGIN.replace("http://", "https://"),
        ORIGIN.replace("localhost", "localhost.evil.example"),
        ORIGIN + "/",
        ORIGIN + "?",
        ORIGIN + "#",
        ORIGIN.replace("http://", "http://user@"),
        ORIGIN.replace("http://", "http://user:password@"),
        ORIGIN.replace("http://", "http://@"),
        ORIGIN.replace("http://", "http:// "),
        "http://[",
    ],
)
async def test_another_origin_is_refused_in_the_handshake(origin, alice):
    session_key = await in_thread(session_of, alice)
    good = socket(session_key)
    assert await good.connect() == (True, None)
    await good.disconnect()

    connected, _ = await socket(session_key, origin=origin).connect()

    assert connected is False


@pytest.mark.parametrize("session_key", ["", "0123456789abcdefghijklmnopqrstuv"])
async def test_without_a_session_it_is_accepted_and_closed_with_4401(session_key, db):
    communicator = socket(session_key)
    assert await communicator.connect() == (True, None)

    assert await closing_code(communicator) == 4401


async def test_a_page_never_hears_what_is_for_somebody_else_who_logged_in_in_its_browser(alice, bob):
    bobs_session = await in_thread(session_of, bob)
    bobs_page = socket(bobs_session, query=f"signed_in_as={bob.user.uid}")
    assert await bobs_page.connect() == (True, None)
    assert await bobs_page.receive_json_from() == {"message": "connection accepted"}
    alices_page = socket(bobs_session, query=f"signed_in_as={alice.user.uid}")
    assert await alices_page.connect() == (True, None)

    told = await alices_page.receive_json_from()

    assert told == {"type": "session.ended", "reason": "somebody_else"}
    assert await closing_code(alices_page) == 4401
    await bobs_page.disconnect()


async def test_a_published_post_is_told_to_author_and_member_and_to_nobody_else(
    alices, alice, bob, mallory, group
):
    bobs, mallorys = await opened(bob), await opened(mallory)

    post = await in_thread(alice.publish, group)

    published = {"type": "post.published", "post_id": str(post.uid), "group": group.slug}
    assert await alices.receive_json_from() == published
    assert await bobs.receive_json_from() == published
    assert await mallorys.receive_nothing() is True
    await bobs.disconnect()
    await mallorys.disconnect()


async def test_a_failed_post_is_told_to_its_author_alone(alices, alice, bob, group):
    bobs = await opened(bob)
    post = await in_thread(alice.submit, group, sealed_title="Another")
    await in_thread(posts.encrypt, post.pk)

    assert await alices.receive_json_from() == {
        "type": "post.failed",
        "post_id": str(post.uid),
        "group": group.slug,
    }
    assert await bobs.receive_nothing() is True
    await bobs.disconnect()


async def test_what_was_undone_is_told_to_nobody(alices, alice):
    def tell(number: int, *, is_undone: bool = False) -> None:
        with transaction.atomic():
            live.publish(live.user_channel(alice.user), "test", number=number)
            transaction.set_rollback(is_undone)

    await in_thread(tell, 1, is_undone=True)
    await in_thread(tell, 2)

    assert await alices.receive_json_from() == {"type": "test", "number": 2}


async def test_who_joins_while_the_tab_is_open_hears_of_the_next_post(carol, alice, group):
    carols = await opened(carol)
    await in_thread(members.join, group, user=carol.user)
    await asyncio.sleep(0.3)

    post = await in_thread(alice.publish, group)

    assert (await carols.receive_json_from())["post_id"] == str(post.uid)
    await carols.disconnect()


async def test_a_removed_member_hears_nothing_more(bob, alice, group):
    bobs = await opened(bob)
    await in_thread(alice.publish, group)
    assert (await bobs.receive_json_from())["type"] == "post.published"

    # Straight in the database, so that no message tells the socket to let go of the group's channel.
    await in_thread(Membership.objects.filter(group=group, user=bob.user).delete)
    await in_thread(alice.publish, group)

    assert await bobs.receive_nothing() is True
    await bobs.disconnect()


async def test_a_log_out_ends_that_sessions_tabs_and_no_others(alice):
    session_key = await in_thread(session_of, alice)
    first, other = socket(session_key), await opened(alice)
    await first.connect()
    await first.receive_json_from()

    def log_out() -> None:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_key
        client.logout()

    await in_thread(log_out)

    assert await first.receive_json_from() == {"type": "session.ended"}
    assert await closing_code(first) == 4401
    assert await other.receive_nothing() is True
    await other.disconnect()


async def test_what_a_client_sends_is_ignored_and_too_much_closes(alices):
    await alices.send_to(text_data="not json")
    await alices.send_to(bytes_data=b"\x00\xff")
    assert await alices.receive_nothing() is True

    for _ in range(200):
        await alices.send_to(text_data='{"type": "live.message"}')

    assert await closing_code(alices) == 1008


async def test_after_losing_redis_every_socket_starts_anew_and_hears_again(alices, alice, group):
    def cut_every_connection() -> None:
        with Redis.from_url(settings.REDIS_URL) as redis:
            for kind in ("pubsub", "normal"):
                redis.client_kill_filter(_type=kind, skipme=True)

    await in_thread(cut_every_connection)
    assert await closing_code(alices) == 1012

    again = await opened(alice)
    post = await in_thread(alice.publish, group)
    assert (await again.receive_json_from())["post_id"] == str(post.uid)
    await again.disconnect()
