"""Who waits while many ask at once."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import cast

import pytest
from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from pytest_django import Settings

from secureblogs.http import clients, concurrency, known_sessions
from secureblogs.http.concurrency import (
    HASHES_AT_ONCE,
    MOST_OF_ONE,
    MOST_OF_VISITORS,
    MOST_PROBES,
    MOST_REFRESHES,
    SECONDS_OF_A_TURN,
    ConcurrencyLimit,
    Marks,
)
from secureblogs.http.known_sessions import SIGNED_IN
from tests.secureblogs.http.test_security import HEADERS

# More than a request takes from the door to its place.
TURNS_OF_THE_LOOP = 20


class Slow:
    """An application that answers nobody until it may."""

    def __init__(self) -> None:
        self.in_hand: list[str] = []
        self.may = asyncio.Event()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        path = cast(HTTPScope, scope)["path"]
        self.in_hand.append(path)
        await self.may.wait()
        if path in ("/mine/", "/login/"):
            cast(Marks, scope)[SIGNED_IN] = path == "/mine/"


class Door:
    """The way into it."""

    def __init__(self) -> None:
        self.slow = Slow()
        self.turns = ConcurrencyLimit(self.slow)
        self.asked: list[ApplicationCommunicator] = []

    async def ask(
        self,
        path: str,
        *,
        session: str = "",
        method: str = "GET",
        headers: Sequence[tuple[bytes, bytes]] = (),
        address: str = "198.51.100.7",
    ) -> list[str]:
        """What is in hand when one more came in; sessions are of people who are signed in, unless made up."""
        if session and not session.startswith("made up"):
            self.turns.sessions.note(session, is_signed_in=True)
        # Django reads this header as browsers write it; Python's own cookies give up at the space.
        cookie = [(b"cookie", f"bad name=1; sessionid={session}".encode())] if session else []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [*cookie, *headers],
            "client": (address, 50_000),
        }
        self.asked.append(ApplicationCommunicator(self.turns, cast(Scope, scope)))
        await self.asked[-1].send_input({"type": "http.request"})
        # It stands in the queue, or is in hand, before anything else comes.
        for _ in range(TURNS_OF_THE_LOOP):
            await asyncio.sleep(0)
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
    assert await door.ask("/visitor") == [*in_hand[: MOST_OF_ONE + 1], "/visitor"]
    assert len(await door.open()) == 52


async def test_without_a_session_one_address_holds_up_no_other_and_nobody_with_a_session() -> None:
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", headers=[(b"cookie", b"session\xffid;;=[")])
    assert in_hand == [f"/{number}" for number in range(MOST_OF_VISITORS)]

    await door.ask("/elsewhere", address="203.0.113.9")
    await door.ask("/colleague", session="colleague")
    for probe in ("/healthz", "/readyz"):
        await door.ask(probe)

    assert in_hand[MOST_OF_VISITORS:] == ["/elsewhere", "/colleague", "/healthz", "/readyz"]
    assert len(await door.open()) == 54


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("198.51.100.7", "198.51.100.7"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_of_ipv6_is_one_client(address: str, network: str) -> None:
    assert clients.network(address) == network


async def test_behind_proxies_the_address_is_the_one_that_the_first_of_them_saw(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    door = Door()
    for number in range(50):
        made_up = f"192.0.2.{number}, 198.51.100.7, 10.0.0.1".encode()
        in_hand = await door.ask(f"/{number}", headers=[(b"x-forwarded-for", made_up)], address="10.0.0.2")
    assert len(in_hand) == MOST_OF_VISITORS

    await door.ask("/", headers=[(b"x-forwarded-for", b"203.0.113.9, 10.0.0.1")], address="10.0.0.2")

    assert in_hand[-1] == "/"
    await door.open()


async def test_a_client_that_makes_up_sessions_is_a_visitor():
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", session=f"made up {number}")
    assert len(in_hand) == MOST_OF_VISITORS

    await door.ask("/alice", session="alice")

    assert in_hand[MOST_OF_VISITORS:] == ["/alice"]
    await door.open()


async def test_a_session_counts_from_the_first_answer_to_somebody_who_is_signed_in_until_it_ends():
    door = Door()
    door.slow.may.set()
    lasting, ended = "made up at first", "made up again"
    for path, session in (("/mine/", lasting), ("/mine/", ended), ("/login/", ended), ("/other/", lasting)):
        await door.ask(path, session=session)

    assert (lasting in door.turns.sessions, ended in door.turns.sessions) == (True, False)
    await door.open()


async def test_as_many_sessions_are_known_as_were_used_last(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(known_sessions, "MOST", 2)
    sessions = known_sessions.KnownSessions()

    for key in ("alice", "bob", "alice", "carol"):
        sessions.note(key, is_signed_in=True)

    assert [key in sessions for key in ("alice", "bob", "carol")] == [True, False, True]


LOGIN = "/accounts/login/"


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the order counts and not the time."""
    monkeypatch.setattr(concurrency, "SECONDS_OF_A_TURN", 0.01)


@pytest.mark.usefixtures("short_turns")
async def test_who_sends_a_password_waits_for_the_hash_and_holds_up_nobody_else() -> None:
    door = Door()
    for _ in range(10):
        in_hand = await door.ask(LOGIN, method="POST")
    assert in_hand == [LOGIN] * HASHES_AT_ONCE

    await door.ask("/page")
    await door.ask(LOGIN, session="alice")

    assert in_hand[HASHES_AT_ONCE:] == ["/page", LOGIN]
    assert len(await door.open()) == 12


@pytest.mark.usefixtures("short_turns")
async def test_passwords_of_many_addresses_take_turns() -> None:
    door = Door()
    for number in range(10):
        await door.ask(f"/accounts/password/reset/key/{number}-key/", method="POST")
    await door.ask(LOGIN, method="POST", address="203.0.113.9")

    in_hand = await door.open()

    assert in_hand.index(LOGIN) == HASHES_AT_ONCE + 1
    assert len(in_hand) == 11


async def test_who_would_wait_too_long_for_a_hash_is_told_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concurrency, "SECONDS_TO_WAIT", 0.01)
    door = Door()
    for _ in range(HASHES_AT_ONCE):
        await door.ask(LOGIN, method="POST")

    await door.ask(LOGIN, method="POST", headers=[(b"accept", b"application/json")])

    start = await door.asked[-1].receive_output()
    body = await door.asked[-1].receive_output()
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert start["status"] == 429
    assert headers == HEADERS | {"Content-Type": "application/json", "Retry-After": "60"}
    assert list(json.loads(body["body"])["errors"]) == ["__all__"]
    await door.open()


async def test_passwords_that_are_refused_at_once_come_no_faster_than_hashes() -> None:
    door = Door()
    door.slow.may.set()
    began = time.monotonic()
    for _ in range(2 * HASHES_AT_ONCE + 1):
        await door.ask(LOGIN, method="POST")

    in_hand = await door.open()

    assert in_hand == [LOGIN] * (2 * HASHES_AT_ONCE + 1)
    assert time.monotonic() - began >= 2 * SECONDS_OF_A_TURN


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


@pytest.mark.parametrize(
    ("session", "most"),
    # After a restart nobody is known.
    [("alice", MOST_REFRESHES), ("made up, or not known yet {}", MOST_OF_VISITORS)],
)
async def test_tabs_in_the_background_hold_up_nothing_that_one_does(session, most):
    door = Door()
    for number in range(50):
        in_hand = await door.ask(f"/{number}", session=session.format(number), headers=BY_SCRIPT)

    await door.ask("/page", session=session.format("page"), headers=BY_PERSON)

    assert in_hand == [*(f"/{number}" for number in range(most)), "/page"]
    await door.open()


async def test_what_only_looks_like_a_file_or_a_probe_waits_as_pages_do() -> None:
    door = Door()
    for number in range(50):
        await door.ask(f"/static/{number}.js")
        in_hand = await door.ask(f"/healthz{number}")

    assert in_hand == ["/static/0.js"]
    assert len(await door.open()) == 100


async def test_probes_of_one_address_hold_up_no_other_probe_and_come_no_faster_than_anybody_watches() -> None:
    door = Door()
    for _ in range(50):
        in_hand = await door.ask("/readyz")
    assert in_hand == ["/readyz"] * MOST_PROBES

    await door.ask("/healthz")
    await door.ask("/readyz", address="203.0.113.9")
    await door.ask("/page")
    assert in_hand[MOST_PROBES:] == ["/healthz", "/readyz", "/page"]
    gone = door.asked[MOST_PROBES + 2 : 50]
    del door.asked[MOST_PROBES + 2 : 50]
    for asked in gone:
        asked.stop()
    began = time.monotonic()

    in_hand = await door.open()

    assert in_hand.count("/readyz") == MOST_PROBES + 3
    assert time.monotonic() - began < 1


async def test_who_gives_up_leaves_the_queue() -> None:
    door = Door()
    for number in range(MOST_OF_ONE + 2):
        in_hand = await door.ask(f"/{number}", session="alice")
    gone = door.asked.pop(MOST_OF_ONE)
    gone.stop()

    assert len(await door.open()) == MOST_OF_ONE + 1
    assert f"/{MOST_OF_ONE}" not in in_hand
