"""The site behind the proxies of deploy/: over TLS, with two web processes."""

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.commands import BASE_DIR
from tests.deploy.proxies import Proxy, caddy, make_proxy, nginx, rotate
from tests.site import Site, drop_database, free_port, make_site

# Four processes start, and a machine that has much else to do takes its time.
pytestmark = pytest.mark.timeout(900)

SECONDS_TO_WRITE = 30
SECRET = "s3cret-t0ken"
# Of access_log.py: each is followed by a token.
TOKENS = ("/join/", "/accounts/password/reset/key/", "/accounts/confirm-email/", "/requests/unsubscribe/")
# Each server has its own.
OF_SERVERS = {"alt-svc", "connection", "date", "server", "transfer-encoding", "content-length"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def answer_of(
    connection: http.client.HTTPConnection,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    **headers: str,
) -> Answer:
    """The answer over a connection, which is closed then; headers by their names in small letters."""
    with closing(connection):
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())


def local(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


class Proxied:
    """A site whose address is that of a proxy, and its two web processes by their ports."""

    def __init__(self, site: Site, proxy: Proxy, ports: list[int]) -> None:
        self.site = site
        self.proxy = proxy
        self.ports = ports

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"") -> Answer:
        """A request through the proxy, by a client that trusts its certificate."""
        connection = http.client.HTTPSConnection(
            "localhost", self.proxy.port, timeout=60, context=self.proxy.trust()
        )
        return answer_of(connection, path, method=method, body=body)

    def sockets(self) -> list[int]:
        """How many WebSockets each web process has open."""
        return [_sockets(port) for port in self.ports]


@pytest.fixture(scope="module")
def behind_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxied")
    proxy = make_proxy(folder / "proxy", "nginx.log")
    site = make_site(folder, SITE_URL=proxy.url, TRUSTED_PROXIES="1", METRICS_FROM="127.0.0.1/32")
    ports = [site.port, free_port()]
    with ExitStack() as ending:
        ending.callback(drop_database, site.database_url)
        ending.callback(end, site)
        for name in ("web", "worker", "beat"):
            site.start(name)
        site.start_another_web("web 2", port=ports[1])
        site.wait_until_ready()
        ending.enter_context(nginx(proxy, ports))
        yield Proxied(site, proxy, ports)


def end(site: Site) -> None:
    for name in list(site.processes):
        site.kill(name, signal.SIGTERM)


@pytest.fixture(scope="module")
def behind_caddy(behind_nginx: Proxied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The same site at another address, with a web process of its own."""
    site, proxy = (
        behind_nginx.site,
        make_proxy(tmp_path_factory.mktemp("proxied") / "proxy", "secureblogs.log"),
    )
    port = free_port()
    site.start_another_web("web 3", port=port, SITE_URL=proxy.url)
    with caddy(proxy, [port, port]):
        yield Proxied(site, proxy, [port])


@pytest.fixture(params=["nginx", "caddy"])
def proxied(request: pytest.FixtureRequest) -> Proxied:
    found: Proxied = request.getfixturevalue(f"behind_{request.param}")
    return found


def test_somebody_hears_of_a_post_through_every_web_process(behind_nginx, person):
    proxied = behind_nginx
    alice, bob = (person(name, url=proxied.proxy.url, ignore_https_errors=True) for name in ("Alice", "Bob"))
    alice.sign_up()
    slug = alice.make_group("Walkers")
    invitation = alice.invite(slug)
    bob.sign_up(invitation)
    bob.join(invitation)
    bob.open("/accounts/logout/")
    bob.press("Log out")
    expect(bob.page.locator("body:not([data-user])")).to_be_attached()
    bob.log_in()

    # Whichever process takes Alice's post, another one tells Bob of it.
    tabs = tabs_at_every_process(proxied, bob, f"/groups/{slug}/")
    post = alice.publish(slug, title="On the ridge", text="It was *windy* up there.")
    for tab in tabs:
        expect(tab.page.get_by_role("link", name="On the ridge")).to_be_visible()
    assert bob.read(post).inner_text() == "It was windy up there."

    assert '"GET /join/***" 200' in proxied.proxy.log.read_text()
    assert urlsplit(invitation).path.split("/")[2] not in everything_logged(proxied)


def test_the_doctor_finds_nothing_wrong_with_the_proxy(proxied):
    trust = {"SITE_URL": proxied.proxy.url, "SSL_CERT_FILE": str(proxied.proxy.certificate)}
    program = (
        "from secureblogs.running.doctor.proxies import check_proxies; "
        "print([str(finding.what) for finding in check_proxies()])"
    )
    command = [sys.executable, str(BASE_DIR / "manage.py"), "shell", "--no-imports", "--command", program]

    assert subprocess.check_output(command, env=proxied.site.environment | trust, text=True) == "[]\n"


def test_files_come_with_the_headers_of_the_site(proxied):
    path = worker_script(proxied.site)
    direct = of_the_site(answer_of(local(proxied.site.port), path, X_Forwarded_Proto="https"))

    answer = proxied.ask(path)
    assert answer.status == 200
    assert {"content-security-policy", "strict-transport-security", "cache-control"} <= set(direct)
    assert of_the_site(answer) == direct


def test_a_proxy_tells_of_every_request_and_of_no_token(proxied):
    for address in TOKENS:
        assert proxied.ask(f"{address}{SECRET}/").status in {200, 302, 404}
        assert proxied.ask(f"/accounts/login/?next={address}{SECRET}/").status == 200

    words = wait_for_line(proxied, TOKENS[-1])
    assert [address for address in TOKENS if f"{address}***" not in words] == []
    assert words.count("/accounts/login/") >= len(TOKENS)
    assert SECRET not in everything_logged(proxied)


def test_nginx_keeps_files_begins_a_new_log_and_says_that_the_site_is_away(behind_nginx):
    proxied = behind_nginx
    assert proxied.ask("/accounts/login/", method="POST", body=bytes(10_500_000)).status == 413
    path, log = worker_script(proxied.site), proxied.proxy.log
    assert [proxied.ask(path).status for _ in range(2)] == [200, 200]
    assert re.search(rf'"GET {path}" 200 .* s, -, \w+$', log.read_text(), re.MULTILINE)

    rotate(proxied.proxy)
    wait_for_line(proxied, "/healthz")
    assert path in log.with_name("nginx.log.1").read_text()

    for name in ("web", "web 2"):
        proxied.site.kill(name)
    try:
        answer = proxied.ask("/")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert answer.body == b"SecureBlogs is away for a moment. Please try again.\n"
        assert proxied.ask(path).status == 200
        plain = answer_of(local(proxied.proxy.plain_port), f"/join/{SECRET}/", Host="localhost")
        assert plain.headers["location"] == f"https://localhost/join/{SECRET}/"
        assert SECRET not in everything_logged(proxied)
    finally:
        for name, port in zip(("web", "web 2"), proxied.ports, strict=True):
            proxied.site.start_another_web(name, port=port)


def wait_for_line(proxied: Proxied, address: str) -> str:
    """Ask for /healthz until the proxy's log tells of this address; the log."""
    deadline = time.monotonic() + SECONDS_TO_WRITE
    while address not in (words := proxied.proxy.log.read_text() if proxied.proxy.log.exists() else ""):
        assert time.monotonic() < deadline, f"The log does not tell of {address}."
        assert proxied.ask("/healthz").body == b"ok"
    return words


def worker_script(site: Site) -> str:
    """The path of a script that has a policy of its own."""
    manifest = json.loads((site.var / "static" / "staticfiles.json").read_text())
    return next(
        f"/static/{name}" for name in manifest["paths"].values() if re.search(r"_worker\.\w+\.js$", name)
    )


def of_the_site(answer: Answer) -> dict[str, str]:
    """The headers about which the site decides."""
    return {name: value for name, value in answer.headers.items() if name not in OF_SERVERS}


def tabs_at_every_process(proxied: Proxied, person: Person, address: str) -> list[Person]:
    """Tabs of theirs that hear news, until each web process has one of them."""
    tabs: list[Person] = []
    reached = [False] * len(proxied.ports)
    while not all(reached):
        assert len(tabs) < 10, "The proxy asks only one of the processes."
        before = proxied.sockets()
        # nginx asks them in turns, and a tab needs an even number of answers.
        proxied.ask("/healthz")
        tabs.append(person.another_tab(address))
        reached = [a or now > was for a, now, was in zip(reached, proxied.sockets(), before, strict=True)]
    return tabs


def everything_logged(proxied: Proxied) -> str:
    """What the proxy and the site have written anywhere."""
    files = proxied.proxy.folder.glob("*.log*")
    return "\n".join([*(path.read_text(errors="replace") for path in files), proxied.site.words()])


def _sockets(port: int) -> int:
    words = answer_of(local(port), "/metrics").body.decode()
    found = re.search(r"^secureblogs_open_sockets (\S+)$", words, re.MULTILINE)
    assert found
    return int(float(found[1]))
