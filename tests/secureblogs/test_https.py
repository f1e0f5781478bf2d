"""A deployed site behind a proxy that ends TLS, by real processes: cookies, redirects, static files, logs."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.site import BASE_DIR, Site, free_port

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
    assert (status, headers["Strict-Transport-Security"]) == (
        200,
        "max-age=63072000; includeSubDomains; preload",
    )


def test_machines_ask_for_its_health_over_http(browser):
    assert browser.ask("/healthz", proxy={})[::2] == (200, "ok")


def test_cookies_belong_to_this_host_over_tls_only(browser):
    _, _, page = browser.ask("/accounts/signup/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"name": "Zoe", "email": "zoe@example.org", "password1": "correct horse battery staple"}

    status, _, _ = browser.ask("/accounts/signup/", {**form, "csrfmiddlewaretoken": token[1]})

    assert status == 302
    assert set(browser.cookies) == {"__Host-csrftoken", "__Host-sessionid"}
    for cookie in browser.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (
            True,
            "/",
            "",
            "Lax",
        )
    assert browser.cookies["__Host-sessionid"]["httponly"]
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


@pytest.mark.parametrize(
    "kind", [r"js/lib/keyring_worker\.[0-9a-f]{12}\.js", r"img/favicon\.[0-9a-f]{12}\.svg"]
)
def test_a_worker_and_a_picture_bring_the_policies_that_they_obey(browser, kind):
    _, page_headers, page = browser.ask("/")
    address = re.search(f'"(/static/{kind})"', page)
    assert address is not None

    _, headers, _ = browser.ask(address[1])

    for name in (
        "Content-Security-Policy",
        "Permissions-Policy",
        "Cross-Origin-Resource-Policy",
        "Cross-Origin-Opener-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Strict-Transport-Security",
    ):
        assert headers[name] is not None
        assert headers[name] == page_headers[name]


def test_a_host_that_is_not_ours_is_refused(browser):
    assert browser.ask("/", host="evil.example")[0] == 400


def test_no_token_of_an_address_is_logged(browser, deployed):
    for address in (
        "/join/{}/",
        "/accounts/password/reset/key/1-{}/",
        "/accounts/confirm-email/{}/",
        "/join/{}/x",
    ):
        browser.ask(address.format("s3cret-t0ken"))

    words = deployed.words()

    assert "/join/***" in words
    assert "s3cret-t0ken" not in words


def test_django_finds_nothing_to_warn_of(site):
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"],
        cwd=BASE_DIR,
        env={**os.environ, **site.environment, **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout.strip() == "System check identified no issues (1 silenced)."
    assert (checked.returncode, checked.stderr) == (0, "")
