"""The path that everything is for, in the engines beside Chromium."""

import secrets
import time
from collections.abc import Iterator

import pytest

from tests.engines.browsers import Browser, Enter
from tests.engines.firefox import firefox
from tests.engines.webkit import webkit
from tests.site import Site

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
TITLE = "Zugvögel über dem Deich"
TEXT = "Am Morgen waren es *vierhundert*, am Abend keiner mehr."
AS_READ = "Am Morgen waren es vierhundert, am Abend keiner mehr."
READY = "//*[@data-key-state='ready']"
OPEN_TEXT = "//article[@data-state='published' and @data-access='open']//*[@data-testid='post-body']"


@pytest.fixture(params=[firefox, webkit], ids=["firefox", "webkit"])
def enter(request, tmp_path) -> Iterator[Enter]:
    """Lets somebody in, with one of the engines."""
    with request.param(tmp_path) as enter:
        yield enter


def test_two_more_devices_read_what_the_first_one_wrote(site, enter):
    email = f"alice-{secrets.token_hex(4)}@example.org"
    laptop, phone, tablet = enter(), enter(), enter()
    laptop.open(f"{site.url}/accounts/signup/")
    fill_in(laptop, {"Name": "Alice", "Email": email, "Password": PASSWORD})
    press(laptop, "Sign up")
    recovery_code = laptop.text(f"{READY}//*[@data-testid='recovery-code']")
    fill_in(laptop, {"Last two groups": recovery_code[-9:]})
    press(laptop, "I wrote it down")
    follow(laptop, "Go on")
    follow(laptop, "New group")
    fill_in(laptop, {"Name": "Vogelfreunde"})
    press(laptop, "Create group")
    follow(laptop, "New post")
    fill_in(laptop, {"Title": TITLE, "Text": TEXT})
    press(laptop, "Publish")
    assert laptop.text(OPEN_TEXT) == AS_READ

    laptop.open(f"{site.url}/keys/")
    press(laptop, "Add a device")
    code = laptop.text("//*[@data-testid='device-code']")
    logged_in = log_in(phone, site, email)
    fill_in(phone, {"Code from another device": code})
    press(phone, "Add this browser")
    press(laptop, "Allow")
    read_first_post(phone, logged_in)

    logged_in = log_in(tablet, site, email)
    fill_in(tablet, {"Recovery code": recovery_code})
    press(tablet, "Recover")
    read_first_post(tablet, logged_in)


def log_in(browser: Browser, site: Site, email: str) -> float:
    """Log in with a browser that holds no key; when that was, as a `time.monotonic`."""
    browser.open(f"{site.url}/accounts/login/")
    fill_in(browser, {"Email": email, "Password": PASSWORD})
    press(browser, "Log in")
    return time.monotonic()


def read_first_post(browser: Browser, logged_in: float) -> None:
    """Read the post with a browser that has got its key just now, and print how long that took."""
    browser.text(READY)
    follow(browser, "Go on")
    follow(browser, TITLE)
    assert browser.text(OPEN_TEXT) == AS_READ
    print(f"{time.monotonic() - logged_in:.1f} s from the log-in to the first old post")


def fill_in(browser: Browser, fields: dict[str, str]) -> None:
    """Type into the fields with these labels."""
    for label, text in fields.items():
        browser.type(f"//*[@id=//label[normalize-space()='{label}']/@for]", text)


def press(browser: Browser, name: str) -> None:
    browser.click(f"//main//button[normalize-space()='{name}']")


def follow(browser: Browser, name: str) -> None:
    browser.click(f"//main//a[normalize-space()='{name}']")
