"""How much one request may send, over a real connection to a real server."""

import json
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site import Site

MIB = 1 << 20
HEAD = "POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\n"
AS_JSON = "Content-Type: application/json\r\n"


def answer(site: Site, head: str, pieces: int, *, chunked: bool = False) -> str:
    """The first line that comes back while so many MiB are sent, or after them; "" if it only hangs up."""
    return whole_answer(site, head, pieces, chunked=chunked).split("\r\n")[0]


def whole_answer(site: Site, head: str, pieces: int, *, chunked: bool = False, kind: str = AS_JSON) -> str:
    """All of it, as far as it comes at once."""
    host = urlsplit(site.url).netloc
    piece = b"x" * MIB
    with socket.create_connection(("localhost", site.port), timeout=20) as connection:
        connection.sendall((HEAD.format(host=host) + kind + head + "\r\n").encode())
        try:
            for _ in range(pieces):
                connection.sendall(b"100000\r\n" + piece + b"\r\n" if chunked else piece)
            if chunked:
                connection.sendall(b"0\r\n\r\n")
            return connection.recv(4096).decode()
        except ConnectionError:
            return ""


def spooled(site: Site) -> int:
    """How many bytes of bodies the web process holds in temporary files."""
    files = Path(f"/proc/{site.processes['web'].pid}/fd").iterdir()
    return sum(os.stat(file).st_size for file in files if "(deleted)" in os.readlink(file))


def test_what_fits_is_read_and_answered(site: Site) -> None:
    line = answer(site, f"Content-Length: {9 * MIB}\r\n", 9)

    assert line == "HTTP/1.1 403 Forbidden"
    assert answer(site, "Transfer-Encoding: chunked\r\n", 9, chunked=True) == line


def test_what_is_announced_as_too_long_is_refused_before_it_comes(site: Site) -> None:
    assert answer(site, f"Content-Length: {10 * MIB + 1}\r\n", 0) == "HTTP/1.1 413 Content Too Large"
    assert answer(site, f"Content-Length: {1 << 40}\r\n", 0) == "HTTP/1.1 413 Content Too Large"


def test_it_is_refused_in_the_form_that_is_spoken(site: Site) -> None:
    sentence = "That is more than anything here needs: 10 MiB is the most."
    json_head, json_body = whole_answer(site, f"Content-Length: {1 << 40}\r\n", 0).split("\r\n\r\n")

    form = "Content-Type: multipart/form-data; boundary=x\r\nAccept: text/html\r\n"
    text_head, text = whole_answer(site, f"Content-Length: {1 << 40}\r\n", 0, kind=form).split("\r\n\r\n")

    assert "Content-Type: application/json" in json_head.split("\r\n")
    assert json.loads(json_body) == {"errors": {"__all__": [sentence]}}
    assert "Content-Type: text/plain" in text_head.split("\r\n")
    assert text == sentence


@pytest.mark.parametrize("announced", [True, False])
def test_whoever_sends_on_is_cut_off_and_nothing_is_kept(site: Site, announced: bool) -> None:
    head = f"Content-Length: {200 * MIB}\r\n" if announced else "Transfer-Encoding: chunked\r\n"

    assert answer(site, head, 200, chunked=not announced) in ("", "HTTP/1.1 413 Content Too Large")

    assert spooled(site) == 0
    assert answer(site, f"Content-Length: {MIB}\r\n", 1) == "HTTP/1.1 403 Forbidden"
