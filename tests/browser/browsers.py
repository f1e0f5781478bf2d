"""Other browsers of people: each has a session of its own, and at first none of their keys."""

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.people import Person


def another_browser(person: Enter, who: Person, *, url: str = "") -> Person:
    """Somebody with another browser, logged in; `url` leads to another web process."""
    browser = person(who.name, url=url or who.url)
    browser.email = who.email
    browser.log_in()
    return browser


def make_key(browser: Person) -> None:
    """A new key of this browser."""
    browser.open("/keys/")
    browser.press("Create a key in this browser")
    expect(browser.page.locator("[data-fingerprint][data-here]")).to_have_count(1)


def bring_keys(browser: Person, *, of: Person) -> None:
    """Bring the key of another browser into this one, by way of its file."""
    of = of.another_tab("/keys/")
    with of.page.expect_download() as download:
        of.page.get_by_role("button", name="Export private key", exact=True).click()
    pem = download.value.path().read_text()
    download.value.delete()
    of.page.close()
    browser.open("/keys/")
    browser.page.get_by_label("Private key (PEM)", exact=True).fill(pem)
    browser.press("Bring into this browser")
    expect(browser.page.locator("[data-fingerprint][data-here]")).to_have_count(1)


def label_of_key(browser: Person) -> str:
    """What the key in this browser is called."""
    keys = browser.another_tab("/keys/")
    label = keys.page.locator("[data-here] .key__label").inner_text()
    keys.page.close()
    return label
