"""Who waits while many ask at once."""

import asyncio
from collections.abc import Sequence
from typing import cast

from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from secureblogs.turns import MOST_OF_ONE, MOST_REFRESHES, Turns


class Slow:
    """An application that answers nobody until it may."""

    def __init__(self) -> None:
        self.in_hand: list[str] = []
        self.may = asyncio.Event()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self.in_hand.append(cast(HTTPScope, scope)["path"])
        await self.may.wait()


class Door:
    """The way into it."""

    def __init__(self) -> None:
        self.slow = Slow()
        self.turns = Turns(self.slow)
        self.asked: list[ApplicationCommunicator] = []

    async def ask(
        self,
        path: str,
        *,
        session: str = "",
        method: str = "GET",
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> list[str]:
        """What is in hand when one more came in."""
        cookie = [(b"cookie", f"csrftoken=t; sessionid={session}".encode())] if session else []
        scope = {"type": "http", "method": method, "path": path, "headers": [*cookie, *headers]}
        self.asked.append(ApplicationCommunicator(self.turns, cast(Scope, scope)))
        await self.asked[-1].send_input({"type": "http.request"})
        await asyncio.sleep(0.01)
        return self.slow.in_hand

    async def open(self) -> list[str]:
        """Everybody is answered."""
        self.slow.may.set()
        await asyncio.gather(*(asked.wait() for asked in self.asked))
        return self.slow.in_hand


BY_SCRIPT = [(b"accept", b"text/html"), (b"sec-fetch-dest", b"empty")]
BY_PERSON = [(b"accept", b"text/html,*/*"), (b"sec-fetch-dest", b"document")]
FOR_READER = [(b"accept", b"application/json"), (b"sec-fetch-dest", b"empty")]


async def test_who_asks_for_much_at_once_holds_up_nobody_else() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", session="mallory", method="POST")
    assert in_hand == [f"/{number}" for number in range(MOST_OF_ONE)]

    assert await door.ask("/alice", session="alice") == [*in_hand[:MOST_OF_ONE], "/alice"]
    assert await door.ask("/nobody") == [*in_hand[: MOST_OF_ONE + 1], "/nobody"]
    assert len(await door.open()) == 52


async def test_pages_that_fetch_themselves_again_leave_room_for_people() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", session=f"tab{number}", headers=BY_SCRIPT)
    assert in_hand == [f"/{number}" for number in range(MOST_REFRESHES)]

    await door.ask("/page", session="tab49", headers=BY_PERSON)
    await door.ask("/envelope", session="tab49", headers=FOR_READER)
    await door.ask("/post", session="tab49", method="POST", headers=BY_SCRIPT)
    assert in_hand[MOST_REFRESHES:] == ["/page", "/envelope", "/post"]
    assert len(await door.open()) == 53


async def test_ones_own_tabs_in_the_background_hold_up_nothing_that_one_does() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", session="alice", headers=BY_SCRIPT)

    await door.ask("/page", session="alice", headers=BY_PERSON)

    assert in_hand == [*(f"/{number}" for number in range(MOST_REFRESHES)), "/page"]
    await door.open()


async def test_scripts_and_styles_wait_for_nothing() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/static/{number}.js", session="alice")

    assert len(in_hand) == 50
    await door.open()


async def test_who_gives_up_leaves_the_queue_and_nothing_is_kept_of_anybody() -> None:
    door = Door()
    for number in range(MOST_OF_ONE + 2):
        in_hand = await door.ask(f"/{number}", session="alice")
    gone = door.asked.pop(MOST_OF_ONE)
    gone.stop()

    assert len(await door.open()) == MOST_OF_ONE + 1
    assert f"/{MOST_OF_ONE}" not in in_hand
    assert (door.turns._queues, door.turns._queued) == ({}, {})


async def test_cookies_that_are_none_are_nobodys() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", headers=[(b"cookie", b"session\xffid;;=[")])

    assert len(in_hand) == 50
    await door.open()
