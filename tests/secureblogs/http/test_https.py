"""A deployed site behind a proxy that ends TLS, by real processes: cookies, redirects, static files, logs."""

import http.client
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.commands import python
from tests.secureblogs.http.test_security import HEADERS
from tests.site import Site, free_port

pytestmark = pytest.mark.slow

HOST = "blogs.example.org"
PRODUCTION = {
    "SITE_URL": f"https://{HOST}",
    "ALLOWED_HOSTS": f"{HOST},localhost",
    "TRUSTED_PROXIES": "1",
    "DEBUG": "false",
    "SECRET_KEY": "Vf3-zX81_kQm5wTnB7rJyH2cLgDpE9aUsO6iK4oWvXtYqRbNeM0",
}
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}


@dataclass
class Browser:
    """Just enough of one: it keeps cookies and sends them back."""

    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def ask(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        host: str = HOST,
        proxy: dict[str, str] = PROXY,
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Host": host,
            "Cookie": "; ".join(f"{key}={each.value}" for key, each in self.cookies.items()),
        }
        if form is not None:
            headers |= {"Origin": f"https://{HOST}", "Content-Type": "application/x-www-form-urlencoded"}
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, headers | proxy)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        connection.close()
        return response.status, response.headers, text


@pytest.fixture(scope="module")
def deployed(site: Site) -> Iterator[Site]:
    """The tests' site with one more web process, whose address is https:."""
    port = free_port()
    site.start("https", process="web", PORT=str(port), **PRODUCTION)
    https = Site(port=port, var=site.var, logs=site.logs, environment=site.environment)
    https.wait_until_ready("/healthz")
    yield https
    site.kill("https")


@pytest.fixture
def browser(deployed: Site) -> Browser:
    return Browser(deployed.port)


def test_http_is_redirected_and_tls_is_remembered(browser):
    status, headers, _ = browser.ask("/groups/", proxy={})
    assert (status, headers["Location"]) == (301, f"https://{HOST}/groups/")

    status, headers, _ = browser.ask("/")
    assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=63072000")


def test_only_administrators_bind_the_whole_domain_to_tls(site: Site) -> None:
    port = free_port()
    environment = {**PRODUCTION, "PORT": str(port), "HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}
    site.start("whole domain", process="web", **environment)
    site.wait_until_ready("/healthz", url=f"http://localhost:{port}")

    _, headers, _ = Browser(port).ask("/")

    site.kill("whole domain")
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_machines_ask_for_its_health_over_http_and_a_host_that_is_not_ours_is_refused(browser):
    assert browser.ask("/healthz", proxy={})[::2] == (200, "ok")
    assert browser.ask("/", host="evil.example")[0] == 400


def test_cookies_belong_to_this_host_over_tls_only(browser):
    _, _, page = browser.ask("/accounts/signup/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"name": "Zoe", "email": "zoe@example.org", "password1": "correct horse battery staple"}

    status, _, _ = browser.ask("/accounts/signup/", {**form, "csrfmiddlewaretoken": token[1]})

    assert status == 302
    assert set(browser.cookies) == {"__Host-csrftoken", "__Host-device", "__Host-sessionid"}
    for cookie in browser.cookies.values():
        said = [cookie[name] for name in ("secure", "path", "domain", "samesite")]
        assert said == [True, "/", "", "Lax"]
    assert browser.cookies["__Host-sessionid"]["httponly"]
    assert browser.cookies["__Host-device"]["httponly"]
    assert not browser.cookies["__Host-csrftoken"]["httponly"]


def test_a_static_file_is_kept_for_ever_and_has_the_headers_that_concern_it(browser):
    _, page_headers, page = browser.ask("/")
    address = re.search(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', page)
    assert address is not None

    status, headers, _ = browser.ask(address[1])

    assert (status, headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable")
    assert headers["Access-Control-Allow-Origin"] is None
    for name in ("Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Strict-Transport-Security"):
        assert headers[name] is not None
        assert headers[name] == page_headers[name]
    for name in ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options"):
        assert headers[name] is None


@pytest.mark.parametrize("name", ["keyring_worker", "markdown_worker"])
def test_a_worker_may_load_scripts_of_the_site_and_nothing_else(browser, name):
    _, _, page = browser.ask("/")
    address = re.search(rf'"(/static/js/lib/{name}\.[0-9a-f]{{12}}\.js)"', page)
    assert address is not None

    _, headers, _ = browser.ask(address[1])

    assert headers["Content-Type"] == "text/javascript"
    # Plaintext that a worker holds has no way out of it but to its page.
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def test_a_picture_brings_the_policies_that_it_obeys(browser):
    _, page_headers, page = browser.ask("/")
    address = re.search(r'"(/static/img/favicon\.[0-9a-f]{12}\.svg)"', page)
    assert address is not None

    _, headers, _ = browser.ask(address[1])

    policies = {*HEADERS, "Strict-Transport-Security"} - {"Cache-Control"}
    assert {name: headers[name] for name in policies} == {name: page_headers[name] for name in policies}
    assert None not in {headers[name] for name in policies}


def test_a_file_that_is_not_there_is_a_page_of_the_site(browser):
    _, page_headers, _ = browser.ask("/nothing/here/")

    status, headers, page = browser.ask("/static/css/app.css")

    assert status == 404
    assert "<h1>" in page
    own = {"Content-Length": "", "X-Request-Id": ""}
    assert {**headers, **own} == {**page_headers, **own}


def test_a_file_is_answered_to_nothing_but_reading(browser):
    _, _, page = browser.ask("/")
    (address,) = re.findall(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', page)

    assert browser.ask(address, {})[0] == 404


def test_no_token_of_an_address_is_logged(browser, deployed):
    for address in (
        "join/{}/",
        "accounts/password/reset/key/1-{}/",
        "accounts/confirm-email/{}/",
        "join/{}/x",
    ):
        browser.ask("/" + address.format("s3cret-t0ken"))

    words = deployed.words()

    assert "/join/***" in words
    assert "s3cret-t0ken" not in words


def test_django_finds_nothing_to_warn_of(site):
    environment = {**os.environ, **site.environment, **PRODUCTION}
    checked = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG", env=environment)

    assert checked == (0, "System check identified no issues (3 silenced).\n", "")
