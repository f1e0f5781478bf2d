"""Tabs of people whose WebSockets are open: what each of them hears, and that nobody else hears any of it."""

from collections.abc import AsyncIterator, Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from redis import Redis

from secureblogs import live
from secureblogs.asgi import application
from tests.cast import Person, session_of
from tests.concurrently import on_its_own_connection

ORIGIN = settings.SITE_URL
SECONDS_TO_WAIT = 10

Message = dict[str, object]
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
    own = sync_to_async(on_its_own_connection, thread_sensitive=False)
    return await own(function, *args, **kwargs)


def socket(session_key: str = "", origin: str | None = ORIGIN, query: str = "") -> Tab:
    headers = [(b"host", ORIGIN.split("//")[1].encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if session_key:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
    return Tab(application, f"/ws/post_request?{query}", headers=headers)


async def opened(person: Person) -> WebsocketCommunicator:
    communicator = socket(await in_thread(session_of, person.user))
    assert await communicator.connect() == (True, None)
    assert await communicator.receive_json_from() == {"message": "connection accepted"}
    return communicator


async def closing_code(communicator: WebsocketCommunicator) -> int:
    message = await communicator.receive_output()
    assert message["type"] == "websocket.close"
    return int(message["code"])


class Tabs:
    """Open tabs, by the names that a test gives them."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.tabs: dict[str, WebsocketCommunicator] = {}

    async def open(self, **people: Person) -> None:
        for name, person in people.items():
            self.people[name], self.tabs[name] = person, await opened(person)

    async def add(self, name: str, person: Person, tab: Tab) -> None:
        """Take on a tab that shares a session with others."""
        assert await tab.connect() == (True, None)
        assert await tab.receive_json_from() == {"message": "connection accepted"}
        self.people[name], self.tabs[name] = person, tab

    async def hear(self, **expected: list[Message]) -> None:
        """Each of the named tabs has exactly these messages, and nobody else has any."""
        assert await self.heard() == {name: expected.get(name, []) for name in self.tabs}

    async def heard(self) -> dict[str, list[Message]]:
        # What is told now comes after all that was told before.
        await in_thread(self._mark)
        return {name: [message async for message in _until_mark(tab)] for name, tab in self.tabs.items()}

    async def ends(self, name: str, *messages: Message, code: int = 4401) -> None:
        """The server tells this tab so, and closes it."""
        tab = self.tabs.pop(name)
        assert [await tab.receive_json_from() for _ in messages] == [*messages]
        assert await closing_code(tab) == code

    async def close(self) -> None:
        for tab in self.tabs.values():
            await tab.disconnect()

    def _mark(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        # Not by `live`, which remembers what it told: a page that is just opening would have missed it.
        mark = layer.serialize({"type": "live.message", "event": {"type": "mark"}, "within": ""})
        with Redis.from_url(settings.REDIS_URL) as redis:
            for user in {self.people[name].user for name in self.tabs}:
                redis.publish(f"{settings.LIVE_PREFIX}__group__{live.user_channel(user)}", mark)


async def _until_mark(tab: WebsocketCommunicator) -> AsyncIterator[Message]:
    while (message := await tab.receive_json_from()) != {"type": "mark"}:
        yield message
