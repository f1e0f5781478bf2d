"""What a browser does to its person's keys when no answer comes, or another browser is faster: done once, and whole."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Route, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.people import Person
from tests.browser.test_adding import recover

CHANGES = re.compile(r"/keys/(account|keyholders)/$")
ANSWERS = re.compile(r"/keys/admissions/[^/]+/answer/$")


@contextmanager
def losing(person: Person, addresses: re.Pattern[str], *, times: int = 100) -> Iterator[None]:
    """The site does what it is asked for, and none of so many answers arrives."""

    def lose(route: Route) -> None:
        assert route.fetch().ok
        route.abort()

    person.context.route(addresses, lose, times=times)
    yield
    person.context.unroute_all()
    person.forgive("net::ERR_FAILED")


def test_what_was_done_is_found_again_though_no_answer_came(person):
    kim = person("Kim")
    kim.has_account()
    with losing(kim, CHANGES):
        kim.open("/keys/welcome/")
        expect(kim.page.locator("[data-key-state=ready]")).to_be_visible()
        code = kim.page.get_by_test_id("recovery-code").inner_text()
        kim.page.get_by_label("Last two groups", exact=True).fill(code[-9:])
        kim.press("I wrote it down")
        expect(kim.page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()

    phone, tablet = another_browser(person, kim), another_browser(person, kim)
    with losing(phone, CHANGES):
        recover(phone, code)
        expect(phone.page.locator("[data-key-state=ready]")).to_be_visible()
    kim.open("/keys/")
    shown = kim.page.get_by_test_id("device-code")
    kim.press_and_confirm("Add a device", shown)
    with losing(kim, ANSWERS, times=1):
        tablet.open("/keys/add/")
        tablet.page.get_by_label("Code from another device", exact=True).fill(shown.inner_text())
        tablet.press("Add this browser")
        kim.press("Allow")
        expect(kim.page.get_by_text("The site did not answer as it should.").first).to_be_visible()
        expect(tablet.page.locator("[data-key-state=ready]")).to_be_visible()
        kim.press("Allow")
        expect(kim.page.get_by_text("The new device opens your posts now.")).to_be_visible()

    with losing(kim, CHANGES):
        kim.open("/keys/replace/")
        kim.press("Replace my key")
        expect(kim.page.locator("[data-device]")).to_have_count(3)
    with losing(tablet, CHANGES):
        tablet.open("/accounts/logout/")
        tablet.press("Log out and forget this browser")
        expect(tablet.page.get_by_role("link", name="Log in", exact=True).first).to_be_visible()
    phone.open("/keys/")
    expect(phone.page.locator("[data-device]")).to_have_count(2)
    expect(phone.page.locator("my-keys:not([data-key-problem]) [data-this]")).to_have_count(1)
    seen = phone.context.request.get(f"{phone.url}/keys/account.json").json()
    assert [link["generation"] for link in seen["chain"]] == [1, 2]


def test_who_was_not_the_fastest_does_it_again_with_what_is_there_now(person):
    kim = person("Kim")
    kim.arrive()
    phone = another_browser(person, kim)
    add_browser(phone, of=kim)
    phone.open("/keys/")
    names = iter(("Desk", "Hall", "Shelf"))

    def be_faster(route: Route) -> None:
        if route.request.method == "POST":
            others = phone.page.locator("[data-device][data-this]")
            others.get_by_role("button", name="Rename", exact=True).click()
            others.get_by_label("New name", exact=True).fill(next(names))
            phone.press("Save name")
            expect(phone.page.get_by_role("heading", name=re.compile("Desk|Hall|Shelf"))).to_be_visible()
        route.continue_()

    # A lost device that is not shut out, or a code that counts for nothing, would be told as done.
    kim.open("/keys/")
    kim.context.route(CHANGES, be_faster, times=1)
    kim.press("Make a recovery code")
    code = kim.page.get_by_test_id("recovery-code")
    expect(code).to_be_visible()
    kim.page.get_by_label("Last two groups", exact=True).fill(code.inner_text()[-9:])
    kim.press("I wrote it down")
    expect(kim.page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()
    kim.page.get_by_role("button", name="I lost this device", exact=True).locator("visible=true").click()
    expect(kim.page.get_by_role("checkbox", checked=False)).to_have_count(1)
    kim.context.route(CHANGES, be_faster, times=1)
    kim.press("Replace my key")
    expect(kim.page).to_have_url(f"{kim.url}/accounts/password/change/")
    kim.open("/keys/")
    expect(kim.page.locator("[data-device]")).to_have_count(1)
