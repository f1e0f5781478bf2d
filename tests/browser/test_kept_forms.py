"""What a person typed into an ordinary form comes back unless the site took it, and two clicks send it once."""

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.browsers import LED
from tests.browser.conftest import Enter
from tests.browser.frozen import frozen
from tests.browser.people import PASSWORD, Person
from tests.browser.seen import ask, card

AGAIN = "What you typed here before is here again."


def field(person: Person, label: str) -> Locator:
    return person.page.get_by_label(label, exact=True)


def fill_in(person: Person, name: str) -> None:
    """A new group, open to everybody, up to the button."""
    person.open("/groups/new/")
    field(person, "Name").fill(name)
    field(person, "Description").fill("Every Sunday.")
    field(person, "Anyone signed in").check()


def is_filled_in(person: Person, name: str) -> None:
    expect(field(person, "Name")).to_have_value(name)
    expect(field(person, "Description")).to_have_value("Every Sunday.")
    expect(field(person, "Anyone signed in")).to_be_checked()
    expect(person.page.get_by_text(AGAIN)).to_be_visible()


def create(person: Person) -> None:
    """Send it, and find the next page to make a group blank."""
    person.press("Create group")
    expect(person.page.locator(".masthead__name")).to_be_visible()
    person.open("/groups/new/")
    expect(field(person, "Name")).to_have_value("")
    expect(person.page.get_by_text(AGAIN)).to_have_count(0)


def log_in_again(person: Person) -> None:
    field(person, "Email").fill(person.email)
    field(person, "Password").fill(PASSWORD)
    person.press("Log in")


@pytest.fixture
def erin(person: Enter) -> Person:
    erin = person("Erin")
    erin.arrive()
    return erin


def test_a_form_that_meets_an_ended_session_comes_back_after_the_log_in(erin):
    fill_in(erin, "Sunday walks")
    erin.context.clear_cookies(name="sessionid")

    erin.press("Create group")
    log_in_again(erin)

    is_filled_in(erin, "Sunday walks")
    create(erin)


def test_a_form_with_a_stale_token_comes_back(erin):
    fill_in(erin, "Monday walks")
    erin.context.clear_cookies(name="csrftoken")

    erin.press("Create group")
    erin.page.get_by_role("link", name="Go back to what you typed", exact=True).click()

    is_filled_in(erin, "Monday walks")
    create(erin)


def test_a_form_with_more_than_the_site_takes_comes_back(erin):
    fill_in(erin, "Large walks")
    erin.page.evaluate(
        """() => {
          const form = document.querySelector("form.form");
          const more = document.createElement("input");
          Object.assign(more, { type: "hidden", name: "more", value: "x".repeat(9.5 * 1024 * 1024) });
          form.append(more);
        }"""
    )
    erin.press("Create group")
    expect(erin.page.get_by_role("heading", name="That was too large", exact=True)).to_be_visible()
    # A page that does not know its reader leads back, too.
    erin.page.get_by_role("link", name="Go back to what you typed", exact=True).click()

    is_filled_in(erin, "Large walks")
    create(erin)


def test_a_form_that_nobody_answers_comes_back(erin):
    fill_in(erin, "Tuesday walks")
    erin.page.route("**/groups/new/", lambda route: route.abort())
    erin.press("Create group")
    erin.page.wait_for_url("chrome-error://**")
    erin.page.unroute("**/groups/new/")

    erin.open("/groups/new/")

    is_filled_in(erin, "Tuesday walks")
    create(erin)
    erin.forgive("ERR_FAILED")


def test_a_form_that_a_proxy_answers_comes_back(erin):
    fill_in(erin, "Wednesday walks")

    def maintain(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Back at noon</h1>")

    erin.page.route("**/groups/new/", maintain)
    erin.press("Create group")
    expect(erin.page.get_by_text("Back at noon")).to_be_visible()
    erin.page.unroute("**/groups/new/")

    erin.open("/groups/new/")

    is_filled_in(erin, "Wednesday walks")
    create(erin)


def test_what_one_person_typed_is_not_shown_to_the_next(scene, erin):
    fill_in(erin, "My own walks")
    erin.page.wait_for_load_state("networkidle")
    own = erin.context.cookies()
    # Mallory logs in in another tab, and is led to the page that adds a browser.
    erin.page.evaluate(LED % scene.mallory.uid)
    erin.context.add_cookies(scene.mallory.context.cookies())

    erin.press("Create group")

    expect(erin.page.get_by_role("heading", name="That was not sent", exact=True)).to_be_visible()
    erin.open("/groups/new/")
    expect(field(erin, "Name")).to_have_value("")
    erin.open("/groups/")
    expect(erin.page.get_by_text("My own walks")).to_have_count(0)
    erin.context.add_cookies(own)
    erin.open("/groups/new/")
    is_filled_in(erin, "My own walks")


def test_what_is_emptied_is_discarded_and_what_is_left_stays(erin):
    fill_in(erin, "Thursday walks")
    erin.open("/groups/")
    erin.open("/groups/new/")
    is_filled_in(erin, "Thursday walks")

    field(erin, "Name").fill("")
    field(erin, "Description").fill("")
    field(erin, "By invitation").check()

    erin.open("/groups/new/")
    expect(field(erin, "Name")).to_have_value("")
    expect(field(erin, "By invitation")).to_be_checked()
    expect(erin.page.get_by_text(AGAIN)).to_have_count(0)


def test_a_reason_survives_the_news_of_another_request(archive):
    alice = archive.alice
    first = ask(archive.carol, archive.posts[0])
    alice.stay("/requests/")
    reason = card(alice, first).get_by_label("Reason", exact=True)
    reason.fill("It names people.")
    reason.blur()

    ask(archive.erin, archive.posts[0])

    expect(alice.page.locator("[data-request-id]")).to_have_count(2)
    expect(reason).to_have_value("It names people.")


def test_no_password_and_no_private_key_is_kept(erin):
    erin.open("/accounts/password/change/")
    field(erin, "Current password").fill(PASSWORD)
    erin.open_own_keys()
    field(erin, "Label").fill("By mistake")
    field(erin, "Public key (PEM)").fill("-----BEGIN PRIVATE KEY-----")

    kept = erin.page.evaluate("Object.entries(sessionStorage).join()")

    assert "By mistake" in kept
    assert "PRIVATE KEY" not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize("milliseconds", [60, 250])
def test_two_clicks_on_sign_up_make_one_account(site, person, milliseconds):
    grace = person("Grace")
    grace.open("/accounts/signup/")
    field(grace, "Name").fill("Grace")
    field(grace, "Email").fill(grace.email)
    field(grace, "Password").fill(PASSWORD)
    box = grace.page.get_by_role("main").get_by_role("button", name="Sign up", exact=True).bounding_box()
    assert box is not None

    with frozen(site, "web"):
        grace.page.mouse.click(box["x"] + 5, box["y"] + 5)
        grace.page.wait_for_timeout(milliseconds)
        grace.page.mouse.click(box["x"] + 5, box["y"] + 5)

    expect(grace.page.locator("[data-key-state=ready]")).to_be_visible()
    assert [request.method for request in grace.requests if "/signup/" in request.url].count("POST") == 1
