"""nginx and Caddy with the files of deploy/, over TLS, before two servers that say what they were asked."""

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from secureblogs.http.access_log import mask_tokens
from tests.deploy.proxies import Proxy, caddy, make_proxy, nginx, rotate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SECONDS_TO_WRITE = 60
SECRET = "s3cret-t0ken"
TOKENS = ("/join/", "/accounts/password/reset/key/", "/accounts/confirm-email/", "/requests/unsubscribe/")
LIES = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "X-Request-ID": "made-up"}
FILE = "/static/css/app.0123.css"
TOO_LARGE = 10 * 1024 * 1024 + 1
# Of nginx.conf, for each address: so many at once, and so many a second.
BURST, RATE = 2000, 100


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers of the request; whoever asks for a file may keep it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/static/"):
            self.send_header("Cache-Control", "max-age=315360000, public, immutable")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Behind:
    """A proxy and what stands behind it."""

    proxy: Proxy
    servers: list[ThreadingHTTPServer]

    def connect(self, client: str = "127.0.0.1") -> http.client.HTTPSConnection:
        """A connection of the client with this address."""
        return http.client.HTTPSConnection(
            "localhost",
            self.proxy.port,
            timeout=60,
            source_address=(client, 0),
            context=self.proxy.trust(),
        )

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        return answer_of(self.connect(), method, path, body, headers)

    def wait_for_line(self, address: str) -> str:
        """Ask until the log tells of this address; the log."""
        deadline = time.monotonic() + SECONDS_TO_WRITE
        log = self.proxy.log
        while address not in (words := log.read_text() if log.exists() else ""):
            assert time.monotonic() < deadline, f"The log does not tell of {address}."
            assert self.ask("/healthz").status == 200
        return words

    def words(self) -> str:
        """Everything that was logged."""
        return "".join(path.read_text() for path in self.proxy.folder.glob("*.log*"))


def answer_of(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> Answer:
    with closing(connection):
        return next_answer(connection, path, method, body, headers)


def next_answer(
    connection: http.client.HTTPConnection,
    path: str,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Answer:
    """One more answer over a connection that stays open."""
    connection.request(method, path, body, headers or {})
    with connection.getresponse() as response:
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Behind]:
    proxy = make_proxy(tmp_path / "proxy", "proxy.log" if request.param is caddy else "nginx.log")
    with ExitStack() as ending:
        servers = [ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in range(2)]
        for server in servers:
            ending.callback(server.server_close)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            ending.callback(server.shutdown)
        ending.enter_context(request.param(proxy, [server.server_port for server in servers]))
        yield Behind(proxy, servers)


def test_the_site_hears_what_the_proxy_saw_and_not_what_a_visitor_says(behind):
    found = json.loads(behind.ask("/", **LIES).body)

    assert (found["host"], found["x-forwarded-proto"]) == (f"localhost:{behind.proxy.port}", "https")
    # The site counts one proxy from the right (TRUSTED_PROXIES).
    assert found["x-forwarded-for"].split(", ")[-1] == "127.0.0.1"
    assert found["x-request-id"] != "made-up"


def test_the_log_tells_of_every_request_and_of_no_token(behind):
    for address in TOKENS:
        assert mask_tokens(f"{address}{SECRET}/").startswith(f"{address}***")
        assert behind.ask(f"{address}{SECRET}/").status == 200
        assert behind.ask(f"/accounts/login/?next={address}{SECRET}/").status == 200

    words = behind.wait_for_line("/healthz")
    assert [address for address in TOKENS if f"{address}***" not in words] == []
    assert words.count("/accounts/login/") == len(TOKENS)
    assert SECRET not in behind.words()


def test_either_web_process_may_be_away(behind):
    behind.servers[0].shutdown()
    behind.servers[0].server_close()

    assert [behind.ask("/").status for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("behind", [nginx], indirect=True)
def test_nginx_keeps_files_begins_a_new_log_and_says_when_the_site_is_away(behind):
    assert [behind.ask(FILE).status for _ in range(2)] == [200, 200]
    assert behind.ask("/", method="POST", body=bytes(TOO_LARGE)).status == 413

    rotate(behind.proxy)
    behind.wait_for_line("/healthz")
    assert f'"GET {FILE}" 200' in behind.proxy.log.with_name("nginx.log.1").read_text()

    for server in behind.servers:
        server.shutdown()
        server.server_close()
    away = behind.ask(f"/join/{SECRET}/")
    assert (away.status, away.headers["retry-after"]) == (503, "5")
    assert away.body == b"SecureBlogs is away for a moment. Please try again.\n"
    assert behind.ask(FILE).status == 200
    plain = http.client.HTTPConnection("127.0.0.1", behind.proxy.plain_port, timeout=60)
    redirect = answer_of(plain, "GET", f"/join/{SECRET}/", b"", {"Host": "localhost"})
    assert (redirect.status, redirect.headers["location"]) == (301, f"https://localhost/join/{SECRET}/")
    assert SECRET not in behind.words()


@pytest.mark.alone
@pytest.mark.parametrize("behind", [nginx], indirect=True)
def test_nginx_refuses_a_flood_from_one_address_and_serves_the_others(behind):
    path, begun = f"/join/{SECRET}/", time.monotonic()
    statuses: list[int] = []
    with closing(behind.connect()) as mallory, closing(behind.connect("127.0.0.2")) as alice:
        while statuses.count(429) < 20:
            assert len(statuses) < 5 * BURST, "Nothing is refused, or this machine is too slow for a flood."
            answer = next_answer(mallory, path)
            statuses.append(answer.status)
        seconds = time.monotonic() - begun
        assert [next_answer(alice, "/").status for _ in range(20)] == [200] * 20
    assert statuses[: BURST + 1] == [200] * (BURST + 1)
    assert set(statuses) == {200, 429}
    assert (answer.status, answer.headers["retry-after"]) == (429, "5")
    assert answer.body == b"These were too many requests at once. Please try again in a moment.\n"
    assert statuses.count(200) <= BURST + 1 + RATE * seconds

    time.sleep(1)
    assert [behind.ask("/groups/").status for _ in range(20)] == [200] * 20

    # None of the refused ones reached a web process.
    refused = re.findall(
        r'"GET (\S+)" 429 \d+ bytes \S+ s, (\S+), \w+$', behind.wait_for_line("/groups/"), re.M
    )
    assert refused == [("/join/***", "-")] * 20
    assert SECRET not in behind.words()
