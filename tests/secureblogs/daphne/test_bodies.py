"""How much one request may send, over a real connection to a real server."""

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from secureblogs.daphne.bodies import SMALL
from tests.bench.floods import memory_of_bodies
from tests.secureblogs.http.test_security import HEADERS
from tests.site import Site

MIB = 1 << 20
HEAD = "POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\n"
AS_JSON = "Content-Type: application/json\r\n"
AS_FORM = "Content-Type: multipart/form-data; boundary=x\r\nAccept: text/html\r\n"


def answer(site: Site, head: str, pieces: int, *, rest: int = 0, chunked: bool = False) -> str:
    """The first line that comes back while so many MiB and bytes are sent, or after them; "" if it only hangs up."""
    return whole_answer(site, head, pieces, rest=rest, chunked=chunked).split("\r\n")[0]


def whole_answer(
    site: Site, head: str, pieces: int, *, rest: int = 0, chunked: bool = False, kind: str = AS_JSON
) -> str:
    """All of it, as far as it comes at once."""
    host = urlsplit(site.url).netloc
    parts = [b"x" * MIB] * pieces + [b"x" * rest] * (rest > 0)
    with socket.create_connection(("localhost", site.port), timeout=20) as connection:
        connection.sendall((HEAD.format(host=host) + kind + head + "\r\n").encode())
        try:
            for part in parts:
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
            if chunked:
                connection.sendall(b"0\r\n\r\n")
            return connection.recv(4096).decode()
        except ConnectionError:
            return ""


def spooled(site: Site) -> int:
    """How many bytes of bodies the web process holds in temporary files."""
    return sum(bodies(site))


def bodies(site: Site) -> list[int]:
    """The bytes that have come so far of each of these."""
    sizes = []
    for file in Path(f"/proc/{site.processes['web'].pid}/fd").iterdir():
        try:
            if "(deleted)" in os.readlink(file):
                sizes.append(os.stat(file).st_size)
        except FileNotFoundError:
            pass  # The process closed it in the same moment.
    return sizes


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 45
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_fits_is_read_and_answered(site, reader):
    # Read, or its token would not be looked for.
    cookie = f"Cookie: {reader.cookies}\r\n"
    for pieces, head in ((9, cookie), (0, "")):
        line = answer(site, f"{head}Content-Length: {pieces * MIB + SMALL}\r\n", pieces, rest=SMALL)

        assert line == "HTTP/1.1 403 Forbidden"
        chunked = answer(site, f"{head}Transfer-Encoding: chunked\r\n", pieces, rest=SMALL, chunked=True)
        assert chunked == line


@pytest.mark.parametrize("cookie", ["", "Cookie: sessionid={}\r\n", "Cookie: csrftoken=t; sessionid=\r\n"])
def test_without_a_session_a_body_is_small(site, cookie):
    made_up = cookie.format("made0up0" * 4)
    for chunked in (False, True):
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {SMALL + 1}"

        whole = whole_answer(site, f"{made_up}{length}\r\n", 0, rest=SMALL + 1, chunked=chunked)
        page = whole_answer(site, f"{made_up}{length}\r\n", 0, rest=SMALL + 1, chunked=chunked, kind=AS_FORM)

        assert whole.startswith("HTTP/1.1 401 Unauthorized\r\n")
        assert whole.endswith('{"errors": {"__all__": ["Log in first."]}}')
        assert page.startswith("HTTP/1.1 413 Request Entity Too Large\r\n")


def test_what_is_announced_as_too_long_is_refused_before_it_comes(site):
    assert answer(site, f"Content-Length: {10 * MIB + 1}\r\n", 0) == "HTTP/1.1 413 Request Entity Too Large"
    assert answer(site, f"Content-Length: {1 << 40}\r\n", 0) == "HTTP/1.1 413 Request Entity Too Large"


def test_it_is_refused_in_the_form_that_is_spoken_with_the_headers_of_the_site(site):
    json_head, json_body = whole_answer(site, f"Content-Length: {1 << 40}\r\n", 0).split("\r\n\r\n")
    page_head, page = whole_answer(site, f"Content-Length: {1 << 40}\r\n", 0, kind=AS_FORM).split("\r\n\r\n")

    sentence = "That is more than anything here needs: nothing of it was read."
    assert json.loads(json_body) == {"errors": {"__all__": [sentence]}}
    assert "<h1>That was too large</h1>" in page
    for head, kind in ((json_head, "application/json"), (page_head, "text/html; charset=utf-8")):
        lines = head.split("\r\n")
        assert {*(f"{name}: {value}" for name, value in HEADERS.items()), f"Content-Type: {kind}"} <= {*lines}


@pytest.mark.parametrize("announced", [True, False])
def test_whoever_sends_on_is_cut_off_and_nothing_is_kept(site, reader, announced):
    head = f"Content-Length: {200 * MIB}\r\n" if announced else "Transfer-Encoding: chunked\r\n"
    for cookie in ("", f"Cookie: {reader.cookies}\r\n"):
        first = answer(site, cookie + head, 200, chunked=not announced)

        assert first in ("", "HTTP/1.1 413 Request Entity Too Large", "HTTP/1.1 401 Unauthorized")
        assert spooled(site) == 0
    assert answer(site, f"Content-Length: {SMALL}\r\n", 0, rest=SMALL) == "HTTP/1.1 403 Forbidden"


def test_one_person_holds_two_places_for_long_bodies_and_the_next_waits(site, reader):
    head = (
        HEAD.format(host=urlsplit(site.url).netloc)
        + f"Cookie: {reader.cookies}\r\nContent-Length: {MIB}\r\n\r\n"
    )
    slow = [socket.create_connection(("localhost", site.port), timeout=20) for _ in range(3)]
    try:
        for connection in slow:
            connection.sendall(head.encode() + b"x" * (MIB // 2))
        wait_until(lambda: len(bodies(site)) == 3 and sum(bodies(site)) >= MIB)
        # What the third one sends beyond what was read with its head waits outside.
        assert sorted(bodies(site))[0] < SMALL * 2

        slow[0].close()

        wait_until(lambda: sum(bodies(site)) >= MIB and len(bodies(site)) == 2)
        slow[1].sendall(b"x" * (MIB // 2))
        assert slow[1].recv(4096).startswith(b"HTTP/1.1 403 Forbidden")
    finally:
        for connection in slow:
            connection.close()


def test_forty_long_bodies_of_nobody_cost_no_memory(site):
    resting, holding = memory_of_bodies(site)

    assert holding - resting < 16
