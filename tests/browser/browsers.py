"""Other browsers of people: each has a session of its own, and at first no key."""

from playwright.sync_api import expect

from accounts.reauthentication import SECONDS_COVERED
from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of
from secureblogs.http.sessions import SessionStore, stored_key
from tests.browser.conftest import Enter
from tests.browser.database import change, value_of
from tests.browser.people import PASSWORD, Person
from tests.site import Site

# As if the browser had been led already to the page that adds it.
LED = "location.protocol.startsWith('http') && localStorage.setItem('led-to-add', '%s')"


def another_browser(
    person: Enter, who: Person, *, url: str = "", is_led: bool = True, **options: object
) -> Person:
    """Somebody with another browser, logged in and led to the page that adds it.

    `url` leads to another web process, and `options` are those of the browser's context.
    """
    browser = person(who.name, url=url or who.url, **options)
    browser.email = who.email
    browser.context.request.get(f"{browser.url}/accounts/login/")
    browser.send_form("/accounts/login/", login=who.email, password=PASSWORD)
    if is_led:
        account = browser.context.request.get(f"{browser.url}/keys/account.json").json()["user"]
        browser.context.add_init_script(f"if (location.protocol !== 'about:') {LED % account}")
    return browser


def add_browser(browser: Person, *, of: Person) -> None:
    """Add this browser to somebody's devices, by the code that one of these shows."""
    device = of.another_tab("/keys/")
    code = device.page.get_by_test_id("device-code")
    device.press_and_confirm("Add a device", code)
    browser.open("/keys/add/")
    browser.page.get_by_label("Code from another device", exact=True).fill(code.inner_text())
    browser.press("Add this browser")
    device.press("Allow")
    expect(browser.page.locator("[data-key-state=ready]")).to_be_visible()
    device.page.close()


def has_own_key(browser: Person, *, of: Person, label: str = "Own") -> None:
    """Bring a key into this browser that somebody keeps in a file, and has added to their account."""
    private_key = generate_private_key()
    adding = of.another_tab("/keys/")
    adding.open_own_keys()
    adding.page.get_by_label("Label", exact=True).fill(label)
    adding.page.get_by_label("Public key (PEM)", exact=True).fill(public_key_of(private_key).pem)
    adding.press_and_confirm("Add key", adding.page.get_by_text("The key is added."))
    adding.page.close()
    browser.open_own_keys()
    browser.page.get_by_label("Private key (PEM)", exact=True).fill(export_private_key(private_key))
    browser.press("Bring into this browser")
    expect(browser.page.locator("[data-said^=imported]")).to_be_visible()


def let_time_pass(site: Site, person: Person) -> None:
    """Let a little more than five minutes pass since this browser's person proved who they are."""
    (cookie,) = (each["value"] for each in person.context.cookies() if each["name"] == "sessionid")
    row = {"key": stored_key(cookie)}
    question = "SELECT session_data FROM django_session WHERE session_key = %(key)s"
    data = SessionStore().decode(str(value_of(site.database_url, question, **row)))
    for name in ("proved_at", "confirmed_at", "export_asked_at"):
        if name in data:
            data[name] -= SECONDS_COVERED + 1
    aged = "UPDATE django_session SET session_data = %(data)s WHERE session_key = %(key)s"
    change(site.database_url, aged, data=SessionStore().encode(data), **row)
