"""Requests that no browser sends, at every address: never a 5xx, always the site's headers, one line of log."""

import random
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.urls import get_resolver

from secureblogs.http.policies import PICTURES_POLICY
from tests.bench.comparing import Reader
from tests.raw_http import RawAnswer, send, talk
from tests.secureblogs.http.test_security import HEADERS, POLICY, all_routes, example_of
from tests.site import Site

ADDRESSES = [example_of(route) for route in all_routes(get_resolver().url_patterns)]
NOWHERE = ["/nothing/", "/%ff", "/%00/", "/%ed%a0%80/", "/static/nothing.js", "//evil/", "*", "http://evil/"]
RANDOM_REQUESTS = 400
LONG = "d" * 11_000

METHODS = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "CONNECT", "get", "X" * 100]
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
KINDS = [
    *(FORM, PARTS, "multipart/form-data", "multipart/form-data; boundary=\xff", "application/json"),
    *("", ";", "a/b/c", "\xff", f"a/b; c={LONG}", "multipart/form-data; boundary*=zlib''x"),
    *("a/b; c*=nope''x", "a/b; c*=undefined''x", "a/b; c*0=x; c*2=y"),
]
CHARSETS = ["utf-7", "utf-16", "latin-1", "zlib", "undefined", "idna", "unicode_escape", "\xff", ""]
PART = b'--x\r\nContent-Disposition: form-data; name="a"'
BODIES = [
    *(b"a=b", b"a=%ff&%ed%a0%80=%00", b"&" * 2000, b"\xff\x00", b"{", b'{"message": "\\ud800"}', b"[" * 50_000),
    *(b"--x\r\nbroken", PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n"),
    *(b"--x\r\nContent-Disposition: form-data; name*=zlib''a\r\n\r\nb\r\n--x--\r\n", (PART + b"\r\n\r\n\r\n") * 1100),
    *(b"login=%00&password=%00&email=a@%00.c", b"a" * 70_000),
]  # fmt: skip
QUERIES = ["", "?", "?next=http://[", "?before=%00", "?before=" + "9" * 400, "?" + "&".join(["a=b"] * 1500)]
ODD = {
    "Accept": ["", "\xff", "*/*;q=nan", "a/b;q=1e999", "text/html; a*=nope''b", f"a/b; c={LONG}", "," * 500],
    "Accept-Language": ["\xff", "en;q=nan", "x" * 2000, "../../etc"],
    "Accept-Encoding": ["gzip;q=nan", "\xff"],
    "Content-Length": ["x", "-1", "99999999999999999999", "\xb2"],
    "Cookie": ["=;=;", "sessionid=\xff", "csrftoken=\xff", 'messages="\\000"', "bad name=1; sessionid=x"],
    "Daphne-Root-Path": ["/evil", "\xff", "%ff"],
    "Expect": ["100-continue", "x"],
    "Host": ["evil", "", "a:b", "[::1", "\xff", "localhost:99999999", "localhost, evil", "a" * 5000],
    "If-Modified-Since": ["99999999999", "Sun, 99 Nov 9999999999 08:49:37 GMT"],
    "Origin": ["null", "http://[", "\xff"],
    "Range": ["bytes=5-1", "bytes=-99999999999999999999"],
    "Referer": ["http://[", "\xff"],
    "Sec-WebSocket-Protocol": ["\xff"],
    "Transfer-Encoding": ["gzip", "chunked, gzip", "\xff"],
    "Upgrade": ["websocket", "h2c", "\xff"],
    "X-Forwarded-For": ["\xff", "a,b", ""],
    "X-CSRFToken": ["\xff", "t" * 32],
}  # fmt: skip
HANDSHAKE = (
    *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


class Log:
    """The lines of the web process about requests, but for sockets that other tests have left."""

    def __init__(self, site: Site) -> None:
        self.path = Path(site.logs / "web.log")
        self.seen = self.path.stat().st_size

    def lines(self) -> list[str]:
        """The lines since the last look; a request's own comes when its answer has left."""
        deadline = time.monotonic() + 5
        while not (found := self._added()) and time.monotonic() < deadline:
            time.sleep(0.002)
        return found

    def _added(self) -> list[str]:
        with self.path.open("rb") as file:
            file.seek(self.seen)
            *whole, _ = file.read().split(b"\n")
        self.seen += sum(len(line) + 1 for line in whole)
        return [line.decode() for line in whole if b"WEBSOCKET /ws/" not in line]


@pytest.fixture
def log(site: Site) -> Log:
    return Log(site)


def is_the_sites(answer: RawAnswer) -> bool:
    """Whether an answer has the headers of all, but for those that the admin, pages with pictures and the sealing key
    have otherwise.
    """
    expected: Mapping[str, str] = {name.lower(): value for name, value in HEADERS.items()}
    differs = {name for name, value in expected.items() if answer.headers.get(name) != value}
    has_another = answer.headers.get("content-security-policy") in {POLICY, PICTURES_POLICY}
    return differs <= ({"content-security-policy"} if has_another else set()) | {"cache-control"}


def check(answer: RawAnswer, lines: list[str], what: object) -> None:
    assert 200 <= answer.status < 500, what
    assert is_the_sites(answer), (what, answer.headers)
    assert len(lines) == 1, (what, lines)
    assert len(lines[0]) < 700, what


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_another_charset_is_answered_as_if_it_were_empty_or_400(site, reader, log, charset):
    token = f"Cookie: {reader.cookies}", "X-CSRFToken: " + "t" * 32
    for kind in (FORM, PARTS):
        form = (*token, f"Content-Type: {kind}; charset={charset}")
        for path, statuses in (("/nothing/", {404}), ("/groups/new/", {200}), ("/accounts/login/", {302})):
            for body in (b"a=b", b"--x\r\nbroken"):
                answer = send(site, "POST", path, form, body)
                check(answer, log.lines(), (path, kind, charset))
                assert answer.status in statuses | {400}


@pytest.mark.parametrize("charset", CHARSETS)
def test_what_is_no_form_is_answered_as_without_a_body_whatever_its_charset(site, reader, log, charset):
    for person in ((), (f"Cookie: {reader.cookies}",)):
        for method in ("GET", "PUT", "DELETE"):
            for path in ("/nothing/", "/static/nothing.js", "/groups/", "/groups"):
                plain = send(site, method, path, person)
                log.lines()

                for kind in (FORM, PARTS):
                    headers = (*person, f"Content-Type: {kind}; charset={charset}")
                    answer = send(site, method, path, headers, b"a=b")
                    check(answer, log.lines(), (method, path, kind, charset))
                    assert answer.status == plain.status


@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_a_form_of_a_visitor_that_cannot_be_read_gets_the_answer_of_its_address(site, log, kind):
    answer = send(site, "POST", "/nothing/", (f"Content-Type: {kind}; charset=utf-7",), b"--x\r\nbroken")

    check(answer, log.lines(), kind)
    assert answer.status == 404


@pytest.mark.parametrize("name", ODD)
def test_an_odd_header_harms_no_page(site, reader, log, name):
    for value in ODD[name]:
        for path in ("/", "/nothing/", "/posts/", "/accounts/login/", "/admin/"):
            for more in ((), (f"Cookie: {reader.cookies}",)):
                answer = send(site, "POST" if "Length" in name else "GET", path, (*more, f"{name}: {value}"))
                check(answer, log.lines(), (path, name, value))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"GET /?\xff HTTP/1.1\r\n\r\n", "- - 400"),
        (b"GET /\xff HTTP/1.1\r\n\r\n", "- - 400"),
        (b"G\xffT / HTTP/1.1\r\n\r\n", "- - 400"),
        (b"GET / HTTP/9\r\n\r\n", "- - 400"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", "- - 400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / 400"),
        (b"GET / HTTP/1.1\r\na b: c\r\n\r\n", "GET / 400"),
        (b"GET / HTTP/1.1\r\na: \x00\r\n\r\n", "GET / 400"),
        (b"GET / HTTP/1.1\r\na: \x0b\r\nConnection: close\r\n\r\n", "GET / 400"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 600 + b"\r\n", "GET / 400"),
        (
            b"POST /join/secret/?x HTTP/1.1" + b"\r\nContent-Length: 1" * 2 + b"\r\n\r\n",
            "POST /join/***/ 400",
        ),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", "POST / 400"),
    ],
)
def test_what_is_no_request_of_http_is_400(site, log, data, line):

    answer = talk(site, data)

    (logged,) = log.lines()
    assert (answer.status, is_the_sites(answer)) == (400, True)
    assert re.fullmatch(rf"\S+Z INFO secureblogs.http.access_log: {re.escape(line)} \d+ ms", logged)
    assert b"That request makes no sense" in answer.body


@pytest.mark.parametrize("missing", range(4))
def test_a_handshake_that_is_none_is_refused_with_the_sites_headers(site, log, missing):
    whole = (*HANDSHAKE, f"Origin: {site.url}")
    headers = tuple(line for number, line in enumerate(whole) if number != missing + 1)

    for path in ("/sockets/", "/"):
        check(send(site, "GET", path, (*headers, "Sec-WebSocket-Protocol: \xff")), log.lines(), headers)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_put_together_is_answered(site, reader, log, seed):
    for method, path, headers, body in made_up(random.Random(seed), reader):  # noqa: S311
        check(send(site, method, path, headers, body), log.lines(), (method, path, headers, body[:200]))


def made_up(chance: random.Random, reader: Reader) -> Iterator[tuple[str, str, tuple[str, ...], bytes]]:
    """So many requests."""
    token = (f"Cookie: {reader.cookies}", "X-CSRFToken: " + "t" * 32)
    for _ in range(RANDOM_REQUESTS // 4):
        path = chance.choice([*ADDRESSES, *NOWHERE]) + chance.choice(QUERIES)
        names = chance.sample([name for name in ODD if name not in ("Content-Length", "Cookie")], 2)
        headers = [f"{name}: {chance.choice(ODD[name])}" for name in names]
        headers += token if chance.random() < 0.7 else [f"Cookie: {chance.choice(ODD['Cookie'])}"]
        body = chance.choice([b"", *BODIES])
        if body:
            charset = chance.choice(["", "", f"; charset={chance.choice(CHARSETS)}"])
            headers.append(f"Content-Type: {chance.choice(KINDS)}{charset}")
        yield chance.choice([*METHODS, *["GET", "POST"] * 5]), path, tuple(headers), body


def test_a_stranger_moves_no_address_of_the_site_nor_of_its_mails(site):
    moved = ("Daphne-Root-Path: /evil",)
    page = send(site, "GET", "/accounts/password/reset/", moved)
    token = page.headers["set-cookie"].partition(";")[0]
    form = urlencode({"csrfmiddlewaretoken": token.partition("=")[2], "email": "moved@example.org"})
    headers = (*moved, f"Cookie: {token}", f"Content-Type: {FORM}")

    asked = send(site, "POST", "/accounts/password/reset/", headers, form.encode())

    assert (asked.status, asked.headers["location"]) == (302, "/accounts/password/reset/done/")
    assert b'href="/accounts/signup/"' in page.body
    assert b"evil" not in page.body
    assert links_to(site, "moved@example.org") == [f"{site.url}/accounts/signup/"]


def links_to(site: Site, address: str) -> list[str]:
    """The links of the mail to that address, which the worker writes into its log."""
    path, deadline = site.logs / "worker.log", time.monotonic() + 20
    while time.monotonic() < deadline:
        _, found, mail = path.read_text().partition(f"To: {address}\n")
        if found and (whole := mail.partition("-" * 79)[0]) != mail:
            return re.findall(r"https?://\S+", whole)
        time.sleep(0.1)
    pytest.fail(f"No mail to {address}.")
