"""What a browser remembers of somebody's key decides whom it grants; two people compare what each sees."""

import re

import pytest
from playwright.sync_api import Locator, Response, Route, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import change, value_of
from tests.browser.drawn import read_code
from tests.browser.manage import manage
from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads

KEYS = "**/people/*/keys.json*"
OF_PEOPLE = "WHERE name = 'people' AND user_id = (SELECT id FROM accounts_user WHERE email = %(email)s)"
SEALED = f"SELECT sealed FROM accounts_storeobject {OF_PEOPLE}"  # noqa: S608
VERSION = f"SELECT version FROM accounts_storeobject {OF_PEOPLE}"  # noqa: S608
BACK_TO_THE_FIRST = f"UPDATE accounts_storeobject SET version = 1, sealed = %(sealed)s {OF_PEOPLE}"  # noqa: S608
DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"


def row_of(viewer: Person, slug: str, person: Person) -> Locator:
    """Somebody's line on the page of members, which is opened."""
    viewer.open(f"/groups/{slug}/members/")
    return viewer.page.locator(f'[data-person="{person.uid}"]')


def compare(part: Locator) -> str:
    """Press 'Compare' beside somebody; the number."""
    part.get_by_role("button", name="Compare", exact=True).click()
    number = part.page.locator("[data-safety-number]")
    expect(number).to_have_text(re.compile(r"^(\d{5} ){11}\d{5}$"))
    return number.inner_text()


@pytest.fixture
def gina(archive, person) -> Person:
    """She joined late, has asked once and was let in."""
    gina: Person = person("Gina")
    gina.arrive()
    gina.has_joined(archive.link)
    archive.alice.stay("/requests/")
    approve(archive.alice, ask(gina, archive.posts[0]))
    reads(gina, "Snow up to the windows.")
    return gina


def test_both_see_the_same_number_and_who_compared_it_sees_that_until_it_falls(archive, gina, site):
    alice, slug = archive.alice, archive.slug
    row = row_of(alice, slug, gina)
    mark = row.locator("[data-person-mark]")
    expect(mark).to_have_text(re.compile(f"^key first seen here on {DAY}$"))

    number = compare(row)
    assert read_code(alice.page) == number
    assert compare(row_of(gina, slug, alice)) == number
    alice.press("They are the same")

    expect(alice.page.locator("#compare")).to_be_hidden()
    expect(mark).to_have_text(re.compile(f"^compared on {DAY}$"))

    # A key that nothing before it signed: no click grants it before its owner was asked in another way.
    alice.stay("/requests/")
    manage(site, f"from tests.browser.started_over import start_over; start_over('{gina.email}')")
    assert gina.send(f"{archive.posts[1]}request_read/", {}).status == 201
    of_gina = alice.page.locator("#waiting [data-request-id]")
    expect(of_gina.locator("[data-person-mark]")).to_have_text(re.compile("^started over on"))
    alice.requests.clear()
    alice.press("Approve")
    said = of_gina.locator("[data-said=key-reset]")
    expect(said).to_have_text(
        re.compile(f"Gina started over on {DAY}, and nothing of before vouches for the new key.")
    )
    expect(said).to_contain_text("Ask them in another way whether they did. Nothing was granted.")
    assert [request.url for request in alice.requests if request.url.endswith("/approve/")] == []
    alice.press("Approve all the same")
    expect(of_gina).to_have_count(0)
    mark = row_of(alice, slug, gina).locator("[data-person-mark]")
    expect(mark).to_have_text(re.compile("^no longer compared: another key since"))


def test_who_finds_that_the_numbers_differ_grants_nothing_until_they_are_the_same(archive, gina):
    alice = archive.alice
    of_gina = ask(gina, archive.posts[1])
    asked = card(alice, of_gina)
    expect(asked).to_be_visible()

    compare(asked)
    alice.press("They differ")
    expect(alice.page.get_by_text("Tell each other, and whoever runs this site")).to_be_visible()
    alice.press("Close")
    approve(alice, of_gina)
    expect(asked.locator("[data-said=key-differs]")).to_contain_text(
        "Nothing was granted: compare again first."
    )
    expect(asked.locator("[data-person-mark]")).to_have_text("the numbers differ")
    expect(asked).to_have_attribute("data-request-state", "pending")

    compare(asked)
    alice.press("They are the same")
    approve(alice, of_gina)
    reads(gina, "Rain on ice.")


def test_a_chain_that_does_not_hold_stops_an_approval_and_a_comparison(archive, gina):
    alice = archive.alice
    of_gina = ask(gina, archive.posts[1])
    asked = card(alice, of_gina)
    expect(asked).to_be_visible()

    def lie(route: Route) -> None:
        answer = route.fetch()
        keys = answer.json()
        (link,) = keys["chain"]
        keys["chain"].append({**link, "generation": 2, "cause": "routine"})
        route.fulfill(response=answer, json=keys)

    alice.page.route(KEYS, lie)
    approve(alice, of_gina)
    expect(asked.locator("[data-said=key-broken]")).to_contain_text("don’t fit together")
    expect(asked.get_by_role("button", name="Approve all the same", exact=True)).to_have_count(0)
    asked.get_by_role("button", name="Compare", exact=True).click()
    expect(alice.page.locator("#compare [data-said=key-broken]")).to_be_visible()
    expect(alice.page.locator("[data-safety-number]")).to_be_hidden()
    alice.press("Close")
    alice.page.unroute(KEYS)

    approve(alice, of_gina)
    reads(gina, "Rain on ice.")


def is_saved(response: Response) -> bool:
    """The site took a next version of what somebody compared."""
    return response.url.endswith("/keys/store/people") and response.request.method == "PUT"


def has_compared(viewer: Person, slug: str, person: Person) -> Locator:
    """Compare on the page of members, and wait until the site keeps that; the mark beside the person."""
    row = row_of(viewer, slug, person)
    compare(row)
    with viewer.page.expect_response(is_saved):
        viewer.press("They are the same")
    mark = row.locator("[data-person-mark]")
    expect(mark).to_have_text(re.compile(f"^compared on {DAY}$"))
    return mark


def test_what_was_compared_on_one_device_is_seen_on_the_other_and_falls_on_both_with_a_reset(person, site):
    alice, gina = person("Alice"), person("Gina")
    alice.arrive()
    gina.arrive()
    slug = alice.has_group("Two devices")
    gina.has_joined(alice.has_link(slug))
    phone = another_browser(person, alice)
    add_browser(phone, of=alice)
    of_gina = row_of(phone, slug, gina).locator("[data-person-mark]")
    expect(of_gina).to_be_hidden()

    mark = has_compared(alice, slug, gina)

    row_of(phone, slug, gina)
    expect(of_gina).to_have_text(re.compile(f"^compared on {DAY}$"))
    manage(site, f"from tests.browser.started_over import start_over; start_over('{gina.email}')")
    for browser, seen in ((phone, of_gina), (alice, mark)):
        row_of(browser, slug, gina)
        expect(seen).to_have_text(re.compile(f"^started over on {DAY}$"))


def test_numbers_that_differ_on_one_device_stop_a_grant_on_the_other(person):
    alice, gina = person("Alice"), person("Gina")
    alice.arrive()
    gina.arrive()
    slug = alice.has_group("Differing")
    post = alice.publish(slug, title="Before Gina", text="Old.")
    gina.has_joined(alice.has_link(slug))
    of_gina = ask(gina, post)
    compare(row_of(alice, slug, gina))
    with alice.page.expect_response(is_saved):
        alice.press("They differ")
    phone = another_browser(person, alice)
    add_browser(phone, of=alice)

    # Before anything else has told this device.
    phone.open("/requests/")
    approve(phone, of_gina)

    asked = card(phone, of_gina)
    expect(asked.locator("[data-said=key-differs]")).to_be_visible()
    expect(asked.locator("[data-person-mark]")).to_have_text("the numbers differ")
    compare(asked)
    with phone.page.expect_response(is_saved):
        phone.press("They are the same")
    approve(phone, of_gina)
    reads(gina, "Old.")
    mark = row_of(alice, slug, gina).locator("[data-person-mark]")
    expect(mark).to_have_text(re.compile(f"^compared on {DAY}$"))


def test_an_older_list_of_the_compared_is_noticed_and_can_be_put_right(person, site):
    alice, gina, hugo = person("Alice"), person("Gina"), person("Hugo")
    for each in (alice, gina, hugo):
        each.arrive()
    slug = alice.has_group("Restored")
    link = alice.has_link(slug)
    for each in (gina, hugo):
        each.has_joined(link)
    of_gina = has_compared(alice, slug, gina)
    sealed = value_of(site.database_url, SEALED, email=alice.email)
    has_compared(alice, slug, hugo)

    change(site.database_url, BACK_TO_THE_FIRST, email=alice.email, sealed=sealed)
    of_hugo = row_of(alice, slug, hugo).locator("[data-person-mark]")

    notice = alice.page.locator("compared-elsewhere [data-said=older]")
    expect(notice).to_contain_text("a restored backup, or worse. This browser goes by what it remembers.")
    for mark in (of_gina, of_hugo):
        expect(mark).to_have_text(re.compile("^compared on"))
    alice.press("Save what this browser remembers")
    expect(alice.page.get_by_text("Saved. Your other devices go by it, too.", exact=True)).to_be_visible()
    assert value_of(site.database_url, VERSION, email=alice.email) == 2
    with alice.page.expect_response("**/keys/store/people"):
        row_of(alice, slug, hugo)
    expect(of_hugo).to_have_text(re.compile("^compared on"))
    expect(notice).to_be_hidden()
