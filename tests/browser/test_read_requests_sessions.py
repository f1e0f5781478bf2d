"""A session that ends somewhere else: the socket is closed with 4401, and the page says so."""

from playwright.sync_api import expect

from tests.browser.browsers import another_browser
from tests.browser.manage import manage
from tests.browser.people import PASSWORD, Person
from tests.browser.seen import approve, ask, card

LOGGED_OUT = "You have been logged out."
NEW_PASSWORD = "You have been logged out, because your password was changed."
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


def is_told(browser: Person, sentence: str) -> None:
    line = browser.page.locator("connection-line")
    expect(line).to_be_visible()
    expect(line).to_have_text(f"{sentence} Log in")
    # Twice more with the cookies of later moments: another tab might have logged in again.
    assert browser.page.evaluate("codes") == [4401, 4401, 4401]
    assert "session.ended" in [message.get("type") for message in browser.heard]


def test_a_log_out_in_one_tab_ends_the_others(archive, person):
    alice, carol = another_browser(person, archive.alice), archive.carol
    of_carol = ask(carol, archive.posts[0])
    listening(alice, "/requests/")
    other_tab = alice.another_tab("/accounts/logout/")

    other_tab.press("Log out")

    is_told(alice, LOGGED_OUT)
    # What is on the page stays, and says what it can't do any more.
    approve(alice, of_carol)
    expect(card(alice, of_carol).locator("[data-said]")).to_have_text(
        "Not sent: you are no longer logged in. Log in"
    )
    expect(carol.article).to_have_attribute("data-request-state", "pending")


def test_a_new_password_and_a_deactivation_end_the_session_of_who_waits(site, archive, person):
    greta = person("Greta")
    greta.arrive()
    greta.has_joined(archive.link)
    phone = another_browser(person, greta)
    ask(greta, archive.posts[0])
    listening(phone, archive.posts[0])
    greta.open("/accounts/password/change/")
    greta.page.get_by_label("Current password", exact=True).fill(PASSWORD)
    greta.page.get_by_label("New password", exact=True).fill("another battery and a horse")
    greta.press("Change password")
    is_told(phone, NEW_PASSWORD)

    listening(greta, archive.posts[0])
    manage(
        site,
        "from accounts.domain import users; from accounts.models import User; "
        f"users.deactivate(User.objects.get(email={greta.email!r}))",
    )
    is_told(greta, LOGGED_OUT)


def test_a_page_that_reconnects_with_the_session_of_somebody_else_says_so_and_closes_its_post(
    archive, person
):
    nina = person("Nina")
    nina.arrive()
    alice = listening(another_browser(person, archive.alice), archive.posts[0])

    # Nina logs in in another tab while Alice's page has no socket.
    alice.context.add_cookies(nina.context.cookies())
    alice.page.evaluate("dispatchEvent(new Event('pagehide'))")

    expect(alice.page.locator("connection-line")).to_have_text(
        "You have been logged out, and somebody else is logged in in this browser now. Reload the page"
    )
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("This post is closed")
    assert alice.page.evaluate("codes")[1:] == [4401, 4401, 4401]
    assert alice.heard[-1] == {"type": "session.ended", "reason": "somebody_else"}
