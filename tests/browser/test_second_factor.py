"""Logging in with an app's code and with passkeys, and ending a session elsewhere; the passkeys are Chromium's own."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import another_browser
from tests.browser.conftest import Enter
from tests.browser.pages import faults_of
from tests.browser.people import PASSWORD, Person
from tests.browser.test_keyboard import press, type_into
from tests.passkeys import code_of
from tests.site import Site

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def anna(person: Enter) -> Person:
    anna = person("Anna")
    anna.arrive()
    return anna


def keeps_passkeys(person: Person) -> None:
    """Let this tab's device make and use passkeys, without asking anybody."""
    devtools = person.context.new_cdp_session(person.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def log_out(person: Person) -> None:
    person.open("/accounts/logout/")
    person.press("Log out")
    expect(person.page.locator("body:not([data-user])")).to_be_attached()


def type_password(person: Person) -> None:
    person.open("/accounts/login/")
    person.page.get_by_label("Email", exact=True).fill(person.email)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.press("Log in")
    expect(person.page).to_have_title("Your second factor · SecureBlogs")


def is_home(person: Person) -> None:
    """This browser holds a key: the way by /keys/add/ ends where it was to lead."""
    expect(person.page).to_have_title("Newest posts · SecureBlogs")


def hear_news(of: Person) -> None:
    """The head of a page that offers a secret is fetched anew, and leaves the secret as it is."""
    with of.page.expect_response(lambda response: response.url == f"{of.url}/accounts/2fa/"):
        of.page.evaluate("document.dispatchEvent(new CustomEvent('news.missed'))")


def test_an_app_is_set_up_and_asked_for_without_a_mouse(anna: Person, person: Enter):
    page = anna.page
    anna.open("/accounts/2fa/")
    faults = faults_of(page)
    press(anna, "link", "Set up an app")
    expect(page.locator("qr-code canvas")).to_be_visible()
    faults += faults_of(page)
    secret = page.locator("[data-app-secret]").inner_text()
    hear_news(anna)
    type_into(anna, "Code", code_of(secret))
    page.keyboard.press("Enter")
    expect(page).to_have_title("Backup codes · SecureBlogs")
    codes = page.locator("[data-backup-code]").all_inner_texts()
    faults += faults_of(page)
    log_out(anna)

    type_password(anna)
    faults += faults_of(page)
    expect(page.get_by_role("button", name="Use a passkey", exact=True)).to_have_count(0)
    type_into(anna, "Code", "12345")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_have_attribute("aria-invalid", "true")
    faults += faults_of(page)
    page.get_by_label("Code", exact=True).fill("")
    type_into(anna, "Code", codes[0])
    page.keyboard.press("Enter")
    is_home(anna)

    # A browser without the key is led to the page that asks for it, after the second factor, too.
    phone = person("Anna")
    phone.email = anna.email
    type_password(phone)
    phone.page.get_by_label("Code", exact=True).fill(codes[1])
    phone.press("Go on")
    expect(phone.page.get_by_label("Code from another device", exact=True)).to_be_visible()

    for path in ("/accounts/2fa/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/"):
        anna.open(path)
        faults += faults_of(page)
    anna.open("/accounts/2fa/recovery-codes/generate/")
    faults += faults_of(page)
    assert faults == []


def test_a_passkey_logs_in_alone_and_after_the_password(anna: Person):
    page = anna.page
    keeps_passkeys(anna)
    anna.open("/accounts/2fa/webauthn/add/")
    faults = faults_of(page)
    page.get_by_label("Log in with it alone", exact=True).check()
    hear_news(anna)
    anna.press("Add passkey")
    expect(page).to_have_title("Backup codes · SecureBlogs")
    log_out(anna)

    anna.open("/accounts/login/")
    faults += faults_of(page)
    anna.press("Use a passkey")
    is_home(anna)
    log_out(anna)
    type_password(anna)
    faults += faults_of(page)
    anna.press("Use a passkey")
    is_home(anna)

    anna.open("/accounts/2fa/webauthn/")
    faults += faults_of(page)
    page.get_by_role("link", name="Rename", exact=True).click()
    faults += faults_of(page)
    page.get_by_label("Name", exact=True).fill("This laptop")
    anna.press("Save name")
    expect(page.get_by_text("This laptop", exact=True)).to_be_visible()
    anna.open("/accounts/2fa/webauthn/reauthenticate/?next=/groups/")
    faults += faults_of(page)
    anna.press("Use a passkey")
    expect(page).to_have_title("Groups · SecureBlogs")
    anna.open("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove", exact=True).click()
    faults += faults_of(page)
    anna.press("Remove")
    expect(page.get_by_text("You have none.", exact=True)).to_be_visible()
    assert faults == []


def test_who_has_no_passkey_is_told_so_and_stays_where_they_are(person: Enter):
    visitor = person("Visitor")
    keeps_passkeys(visitor)
    visitor.open("/accounts/login/")
    visitor.press("Use a passkey")

    expect(visitor.page.get_by_text("The browser used no passkey.")).to_be_visible()
    assert visitor.path == "/accounts/login/"


def test_a_site_that_demands_one_leads_to_it_and_on(site: Site, person: Enter, anna: Person):
    url = site.start_another_web("strict", SECOND_FACTOR_FOR_EVERYBODY="true")
    strict = person("Anna", url=url)
    strict.email = anna.email
    try:
        strict.open("/accounts/login/?next=/groups/")
        strict.page.get_by_label("Email", exact=True).fill(strict.email)
        strict.page.get_by_label("Password", exact=True).fill(PASSWORD)
        strict.press("Log in")
        expect(strict.page).to_have_title("Second factor · SecureBlogs")
        expect(strict.page.get_by_text("This site asks for a second factor.")).to_be_visible()
        faults = faults_of(strict.page)
        strict.page.get_by_role("link", name="Set up an app", exact=True).click()
        secret = strict.page.locator("[data-app-secret]").inner_text()
        strict.page.get_by_label("Code", exact=True).fill(code_of(secret))
        strict.press("Turn on the app")
        expect(strict.page).to_have_title("Backup codes · SecureBlogs")
        faults += faults_of(strict.page)
        strict.page.get_by_role("link", name="Go on", exact=True).click()
        # This browser holds no key.
        expect(strict.page.get_by_label("Code from another device", exact=True)).to_be_visible()
        assert faults == []
    finally:
        # An open page would miss its socket.
        strict.page.close()
        site.kill("strict")


def test_a_session_is_ended_from_another_browser(anna: Person, person: Enter):
    anna.open("/accounts/2fa/")
    phone = another_browser(person, anna)
    phone.stay("/groups/")
    anna.open("/accounts/sessions/")
    faults = faults_of(anna.page)
    anna.page.get_by_role("button", name="End all other sessions", exact=True).click()
    faults += faults_of(anna.page)
    anna.press("Cancel")
    assert phone.status("/groups/") == 200

    anna.press("End session")

    expect(anna.page.get_by_text("That session is over.")).to_be_visible()
    # Its open page hears of it.
    expect(phone.page.locator("connection-line")).to_have_text("You have been logged out. Log in")
    assert "session.ended" in [message.get("type") for message in phone.heard]
    assert phone.status("/groups/") == 302
    assert faults == []
