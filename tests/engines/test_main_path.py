"""The path that everything is for, in the engines beside Chromium."""

import secrets
import time
from collections.abc import Iterator

import pytest

from tests.commands import BASE_DIR
from tests.engines.browsers import Browser, Enter
from tests.engines.firefox import firefox
from tests.engines.webkit import webkit
from tests.site import Site

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
TITLE = "Zugvögel über dem Deich"
TEXT = "Am Morgen waren es *vierhundert*, am Abend keiner mehr. 南京市长江大桥。"
AS_READ = "Am Morgen waren es vierhundert, am Abend keiner mehr. 南京市长江大桥。"
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
    recovery_code = begin_to_write(laptop, site, email)
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


def test_a_post_with_a_picture_is_written_talked_about_edited_found_and_taken_along(site, enter):
    alice = enter()
    begin_to_write(alice, site, f"alice-{secrets.token_hex(4)}@example.org")
    fill_in(alice, {"Tags": "Herbst, Deich"})
    alice.choose("//*[@id='files']", str(BASE_DIR / "docs" / "img" / "post.png"))
    alice.text("//*[@data-file and @data-state='done']")
    press(alice, "Publish")
    assert alice.text(OPEN_TEXT) == AS_READ
    alice.text("//*[@data-testid='post-body']//img[starts-with(@src, 'blob:')]")
    assert alice.text("//*[@data-tag][1]") == "Herbst"

    fill_in(alice, {"Write a comment": "Auch am Abend?"})
    press(alice, "Comment")
    assert (
        alice.text("//*[@data-comment and @data-signed='yes']//*[@data-comment-text][normalize-space()]")
        == "Auch am Abend?"
    )

    follow(alice, "Edit")
    alice.text("//post-editor[@data-ready]")
    fill_in(alice, {"Text": "Nachtrag. "})
    press(alice, "Save")
    assert "Nachtrag." in alice.text(
        "//article[@data-revision='2' and @data-access='open']//*[@data-testid='post-body']"
    )
    follow(alice, "Earlier versions")
    alice.click("//*[@data-version='1']//a")
    opened = "//post-version[@data-ready]//article[@data-access='open']//*[@data-testid='post-body']"
    assert alice.text(f"{opened}[.//img[starts-with(@src, 'blob:')]]").strip() == AS_READ
    press(alice, "Compare")
    assert "Nachtrag" in alice.text("//post-version//ins")

    # Each page searches for one thing: a field that is typed into keeps what it has.
    for typed, found in (
        ("zugvogel", "Zugvögel"),
        ("大桥", "大桥"),
        ("nachtr", "Nachtrag"),
        ("auch abend", "Abend"),
    ):
        alice.open(f"{site.url}/search/")
        alice.text("//post-search//*[@data-said='ready']")
        fill_in(alice, {"Search": typed})
        assert alice.text(f"//*[@data-result]//mark[normalize-space()='{found}']") == found
    assert alice.text("//*[@data-found-comment]//mark[1]") == "Auch"
    alice.open(f"{site.url}/download/")
    alice.text("//download-all[@data-ready]")
    press(alice, "Download all")
    assert "Posts in it: 1." in alice.text("//download-all//*[@data-said='saved']")


def begin_to_write(browser: Browser, site: Site, email: str) -> str:
    """Sign up, make a group, and write a title and a text there; the recovery code."""
    browser.open(f"{site.url}/accounts/signup/")
    fill_in(browser, {"Name": "Alice", "Email": email, "Password": PASSWORD})
    press(browser, "Sign up")
    recovery_code = browser.text(f"{READY}//*[@data-testid='recovery-code']")
    fill_in(browser, {"Last two groups": recovery_code[-9:]})
    press(browser, "I wrote it down")
    follow(browser, "Go on")
    follow(browser, "New group")
    fill_in(browser, {"Name": "Vogelfreunde"})
    press(browser, "Create group")
    follow(browser, "New post")
    browser.text("//post-editor[@data-ready]")
    fill_in(browser, {"Title": TITLE, "Text": TEXT})
    return recovery_code


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
