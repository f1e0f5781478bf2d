"""A client of the WebSocket misbehaves towards a real process: it ends its own socket, and nobody else notices."""

import json
import socket
import struct
import urllib.request
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from channels.layers import get_channel_layer
from redis import Redis

from secureblogs.daphne import limits
from tests.site import Site, free_port
from tests.sockets import ACCEPTED, BINARY, CONTINUATION, HUNG_UP, PING, TEXT, WebSocket, opened, sign_up

MIB = 1 << 20
# Of the process, whatever is sent to it: what it keeps for itself after more work than before.
MOST_GROWTH = 24 * MIB


class Bystander:
    """Bob, whose socket is open all the time."""

    def __init__(self, site: Site, web_socket: WebSocket, uid: str) -> None:
        self.site = site
        self.web_socket = web_socket
        self.uid = uid
        self.numbers = iter(range(1_000_000))
        self.memory = site.resident()

    def is_well(self) -> bool:
        """Whether the process answers, Bob hears what is told, and the process has not grown."""
        with urllib.request.urlopen(f"{self.site.url}/healthz", timeout=3) as answer:
            assert answer.read() == b"ok"
        event = {"type": "test", "number": next(self.numbers)}
        tell(self.site, self.uid, event)
        assert self.web_socket.receive() == json.dumps(event)
        assert self.site.resident() - self.memory < MOST_GROWTH
        return True


@pytest.fixture
def bob(site: Site) -> Iterator[Bystander]:
    cookies = sign_up(site.url, "Bob")
    with opened(site.url, cookies=cookies) as web_socket:
        assert web_socket.receive() == ACCEPTED
        yield Bystander(site, web_socket, newest_person(site))


@pytest.fixture
def alice(site: Site) -> str:
    """Her cookies."""
    return sign_up(site.url, "Alice")


def newest_person(site: Site) -> str:
    with psycopg.connect(site.database_url) as connection:
        row = connection.execute("SELECT uid FROM accounts_user ORDER BY id DESC LIMIT 1").fetchone()
    assert row
    return str(row[0].hex)


def tell(site: Site, uid: str, event: dict[str, object]) -> None:
    """As secureblogs.live does it, from any process."""
    message = {"type": "live.message", "event": event, "within": ""}
    layer = get_channel_layer()
    assert layer is not None
    with Redis.from_url(site.redis_url) as redis:
        redis.publish(f"live__group__user.{uid}", layer.serialize(message))


def send_until_closed(web_socket: WebSocket, payload: bytes, opcode: int) -> str | int:
    """The code with which the server closes while so many frames come that it has to."""
    try:
        for _ in range(50_000):
            web_socket.send_frame(payload, opcode=opcode, is_last=opcode != CONTINUATION)
    except ConnectionError:
        pass
    return web_socket.receive()


@pytest.mark.parametrize(
    "text", ["not json", "{", '{"type": "live.message"}', "null", "[" * 1000], ids=range(5)
)
def test_what_a_client_says_is_ignored(site, bob, alice, text):
    with opened(site.url, cookies=alice) as web_socket:
        assert web_socket.receive() == ACCEPTED
        uid = newest_person(site)

        web_socket.send(text)
        web_socket.send_frame(text.encode(), opcode=BINARY)
        web_socket.send_frame(b"\xff\x00\xfe", opcode=BINARY)

        tell(site, uid, {"type": "test"})
        assert web_socket.receive() == '{"type": "test"}'
    assert bob.is_well()


@pytest.mark.parametrize(
    ("payload", "opcode"),
    [
        (b"x", TEXT),
        (b"x" * 4000, TEXT),
        (b"\x00" * 100, BINARY),
        # Which the library answers by itself, and counts nowhere.
        (b"p" * 125, PING),
        # Pieces of a message that never ends and never becomes too long.
        (b"", CONTINUATION),
    ],
    ids=["short", "long", "binary", "pings", "pieces"],
)
def test_a_flood_closes_the_socket(site, bob, alice, payload, opcode):
    with opened(site.url, cookies=alice) as web_socket:
        assert web_socket.receive() == ACCEPTED
        if opcode == CONTINUATION:
            web_socket.send_frame(b"", is_last=False)

        # Without it where our own kernel threw the code away, since it could not send any more.
        assert send_until_closed(web_socket, payload, opcode) in {1008, HUNG_UP}

    assert bob.is_well()


@pytest.mark.parametrize(
    "send",
    [
        lambda mine: mine.send_frame(b"x" * 4097),
        lambda mine: [
            mine.send_frame(b"x" * 4000, is_last=False),
            mine.send_frame(b"x" * 97, opcode=CONTINUATION),
        ],
        lambda mine: mine.send_bytes(b"\x82\xff" + struct.pack(">Q", 1 << 30) + bytes(4) + b"x" * 1000),
    ],
    ids=["too long", "too long in pieces", "a frame that announces a gigabyte"],
)
def test_a_message_that_is_too_long_ends_the_socket(site, bob, alice, send):
    with opened(site.url, cookies=alice) as web_socket:
        assert web_socket.receive() == ACCEPTED

        send(web_socket)

        assert web_socket.receive() == HUNG_UP
    assert bob.is_well()


def test_nothing_is_decompressed(site, bob, alice):
    with opened(site.url, cookies=alice, extensions="permessage-deflate") as web_socket:
        assert [header for header in web_socket.headers if "extensions" in header.lower()] == []
        assert web_socket.receive() == ACCEPTED

        web_socket.send_frame(zlib.compress(bytes(3 * MIB))[2:-4], is_compressed=True)

        assert web_socket.receive() == HUNG_UP
    assert bob.is_well()


def test_two_hundred_sockets_of_one_person_leave_room_for_others(site, bob, alice):
    with ExitStack() as stack:
        sockets = [stack.enter_context(opened(site.url, cookies=alice)) for _ in range(200)]
        answers = [web_socket.receive() for web_socket in sockets]

        most = limits.MOST_SOCKETS
        assert answers == [ACCEPTED] * most + [4429] * (200 - most)
        assert bob.is_well()

    # The process has heard of the ends by then, one after the other.
    for _ in range(100):
        with opened(site.url, cookies=alice) as web_socket:
            if web_socket.receive() == ACCEPTED:
                return
    pytest.fail("She may not come back.")


def test_ninety_tabs_all_hear_of_a_burst_in_its_order(site, bob, alice):
    uid = newest_person(site)
    with ExitStack() as stack:
        sockets = [stack.enter_context(opened(site.url, cookies=alice)) for _ in range(90)]
        assert [web_socket.receive() for web_socket in sockets] == [ACCEPTED] * 90

        for number in range(20):
            tell(site, uid, {"type": "test", "number": number})
        heard = [[web_socket.receive() for _ in range(20)] for web_socket in sockets]

        assert heard == [[json.dumps({"type": "test", "number": number}) for number in range(20)]] * 90
        assert bob.is_well()


def test_who_never_reads_is_cut_off(site, bob, alice):
    with opened(site.url, cookies=alice, receive_buffer=4096) as web_socket:
        assert web_socket.receive() == ACCEPTED
        uid = newest_person(site)

        # More than the kernel takes on its way, and much more than the process may keep.
        for _ in range(400):
            tell(site, uid, {"type": "test", "filling": "x" * 100_000})
        assert bob.is_well()

        # Frames that had left before are still to be read; then there is nothing more.
        answers = 0
        while web_socket.receive() != HUNG_UP:
            answers += 1
        assert answers < 400


def test_who_is_gone_without_a_word_is_noticed(site, alice):
    port = free_port()
    url = f"http://localhost:{port}"
    site.start("pinging", process="web", PORT=str(port), SITE_URL=url, PING_INTERVAL="1", PING_TIMEOUT="1")
    try:
        Site(port, site.var, site.logs, {}).wait_until_ready("/healthz")
        with opened(url, cookies=alice) as web_socket:
            assert web_socket.receive() == ACCEPTED

            # This client answers no pings.
            assert web_socket.receive() == HUNG_UP
    finally:
        site.kill("pinging")


def test_thousands_who_are_not_signed_in_are_turned_away(site, bob):
    def come(number: int) -> str | int:
        cookies = f"sessionid={number:032}" if number % 2 else ""
        with opened(site.url, cookies=cookies) as web_socket:
            return web_socket.receive()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(come, range(1000)))
        wells = bob.is_well()
        answers |= set(pool.map(come, range(1000)))

    assert answers == {4401}
    assert wells
    assert bob.is_well()


def test_connections_that_never_say_anything_hold_nobody_up(site, bob):
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("localhost", site.port), timeout=20))

        assert bob.is_well()
