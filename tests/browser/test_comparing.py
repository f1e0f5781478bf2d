"""What a browser remembers of somebody's key decides whom it grants; two people compare what each sees."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.drawn import read_code
from tests.browser.manage import manage
from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads

KEYS = "**/people/*/keys.json*"
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
    expect(of_gina.locator("[data-person-mark]")).to_have_text(re.compile("^compared on"))
    alice.requests.clear()
    alice.press("Approve")
    said = of_gina.locator("[data-said=key-reset]")
    expect(said).to_have_text(
        re.compile(f"Gina started over on {DAY}, and nothing of before vouches for the new key.")
    )
    expect(said).to_contain_text("Ask them in another way whether they did. Nothing was granted.")
    expect(of_gina.locator("[data-person-mark]")).to_have_text(re.compile("^started over on"))
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


def test_the_author_of_a_post_that_is_read_is_remembered(archive, gina):
    gina.open("/")
    row = row_of(gina, archive.slug, archive.alice)
    expect(row.get_by_role("button", name="Compare", exact=True)).to_be_visible()
    expect(row.locator("[data-person-mark]")).to_be_hidden()

    # Reading comes first: some seconds later.
    with gina.page.expect_response(KEYS, timeout=60_000):
        gina.read(archive.posts[0])

    row_of(gina, archive.slug, archive.alice)
    expect(row.locator("[data-person-mark]")).to_have_text(re.compile("^key first seen here on"))
