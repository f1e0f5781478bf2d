"""What happens after a page was made and before it has a socket shows as soon as it has one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Route, expect

from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads, sees_waiting, toasts, waiting

# So long ago that a page which is asked for later knows of it.
SECONDS_OF_QUIET = 3


@contextmanager
def without_scripts(person: Person, address: str) -> Iterator[None]:
    """Open a page, whose scripts stay on their way until the block ends."""
    held: list[Route] = []
    person.page.route("**/js/app*.js", lambda route: held.append(route))
    person.page.goto(f"{person.url}{address}", wait_until="commit")
    expect(person.page.locator("main")).to_be_attached()
    yield
    for route in held:
        route.continue_()
    person.page.unroute("**/js/app*.js")
    person.hears(1)


def test_a_question_and_its_end_show_on_pages_that_were_not_yet_listening(archive):
    alice, carol = archive.alice, archive.carol
    elsewhere = alice.another_tab("/keys/")
    with without_scripts(alice, "/requests/"), without_scripts(elsewhere, "/groups/"):
        of_carol = ask(carol, archive.posts[0])
    expect(card(alice, of_carol)).to_have_attribute("data-request-state", "pending")
    for tab in (alice, elsewhere):
        sees_waiting(tab, 1)

    listed = carol.another_tab("/keys/")
    with without_scripts(carol, archive.posts[0]), without_scripts(listed, f"/groups/{archive.slug}/"):
        approve(alice, of_carol)
        expect(waiting(alice)).to_have_count(0)
    reads(carol, "Snow up to the windows.")
    expect(listed.page.locator("[data-readable=yes]")).to_have_count(1)


def test_a_grant_that_ends_ends_on_a_page_that_was_not_yet_listening(archive):
    alice, carol, post = archive.alice, archive.carol, archive.posts[0]
    alice.stay("/requests/")
    of_carol = ask(carol, post)
    approve(alice, of_carol)
    reads(carol, "Snow up to the windows.")
    with without_scripts(carol, post):
        assert alice.send(f"/requests/{of_carol}/withdraw_grant/", {}).status == 200

    expect(carol.article).to_have_attribute("data-access", "no-key")


def test_a_page_that_was_never_there_is_not_taken_for_one_that_went(archive):
    alice, carol = archive.alice, archive.carol
    with without_scripts(alice, "/nothing/"):
        ask(carol, archive.posts[0])
        alice.page.evaluate("document.body.dataset.first = ''")

    ask(carol, archive.posts[1])
    expect(alice.page.locator(".toast")).to_be_visible()
    expect(alice.page.locator("body[data-first]")).to_be_attached()
    alice.forgive("status of 404")


def test_news_that_stays_is_pushed_out_by_no_other(archive):
    archive.carol.stay("/groups/")
    archive.carol.page.evaluate(
        """() => {
            const tell = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));
            tell("address.changed", {});
            ["1", "2", "3", "4"].forEach((n) => tell("toast:show", { words: document.createTextNode(n) }));
        }"""
    )

    stays = "The address of your account was changed in another browser."
    expect(toasts(archive.carol)).to_have_text([stays, "2", "3", "4"])


@pytest.mark.parametrize("place", ["/", "/groups/{slug}/", "/requests/", "{post}"])
def test_a_page_that_missed_nothing_is_fetched_once(archive, place):
    carol = archive.carol
    ask(carol, archive.posts[0])
    carol.page.wait_for_timeout(SECONDS_OF_QUIET * 1000)
    carol.requests.clear()

    carol.stay(place.format(slug=archive.slug, post=archive.posts[0]))
    carol.page.wait_for_load_state("networkidle")

    assert [request.url for request in carol.requests if "/static/" not in request.url] == [carol.page.url]
