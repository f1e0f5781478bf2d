"""A session that ends somewhere else: the socket is closed with 4401, and the page says so."""

import subprocess
import sys

from playwright.sync_api import expect

from tests.browser.archive import Archive
from tests.browser.browsers import another_browser
from tests.browser.conftest import Enter
from tests.browser.people import PASSWORD, Person
from tests.browser.seen import approve, ask, card
from tests.site import BASE_DIR, Site

# With which codes the sockets of a page were closed.
CODES = """
globalThis.codes = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("close", ({ code }) => codes.push(code));
  }
};
"""


def listening(browser: Person, address: str) -> Person:
    """The same browser, which writes down the codes from now on, on such a page."""
    browser.context.add_init_script(CODES)
    browser.stay(address)
    return browser


def is_told(browser: Person) -> None:
    line = browser.page.locator("connection-line")
    expect(line).to_be_visible()
    expect(line).to_have_text("You have been logged out. Log in")
    # Twice more with the cookies of later moments: another tab might have logged in again.
    assert browser.page.evaluate("codes") == [4401, 4401, 4401]
    assert {"type": "session.ended"} in browser.heard


def test_a_log_out_in_one_tab_ends_the_others(archive: Archive, person: Enter):
    alice, carol = another_browser(person, archive.alice), archive.carol
    of_carol = ask(carol, archive.posts[0])
    listening(alice, "/requests/")
    other_tab = alice.another_tab("/accounts/logout/")

    other_tab.press("Log out")

    is_told(alice)
    # What is on the page stays, and says what it can't do any more.
    approve(alice, of_carol)
    expect(card(alice, of_carol).locator("[data-said]")).to_have_text(
        "Not sent: you are no longer logged in. Log in"
    )
    expect(carol.article).to_have_attribute("data-request-state", "pending")


def test_a_new_password_and_a_deactivation_end_the_session_of_who_waits(
    site: Site, archive: Archive, person: Enter
):
    greta = person("Greta")
    greta.sign_up()
    greta.join(archive.link)
    phone = another_browser(person, greta)
    ask(greta, archive.posts[0])
    listening(phone, archive.posts[0])
    greta.open("/accounts/password/change/")
    greta.page.get_by_label("Current password", exact=True).fill(PASSWORD)
    greta.page.get_by_label("New password", exact=True).fill("another battery and a horse")
    greta.press("Change password")
    is_told(phone)

    listening(greta, archive.posts[0])
    deactivate = (
        "from accounts.domain import users; from accounts.models import User; "
        f"users.deactivate(User.objects.get(email={greta.email!r}))"
    )
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", deactivate]
    subprocess.run(command, cwd=BASE_DIR, env=site.environment, check=True)
    is_told(greta)
