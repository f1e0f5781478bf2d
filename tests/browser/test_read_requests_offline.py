"""Answered, or asked, while the other is away: on return the page shows it by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.archive import Archive
from tests.browser.seen import approve, ask, card, reads, reject, sees_waiting, told, waiting


@pytest.fixture
def archive(archive: Archive) -> Iterator[Archive]:
    """Alice has the page of requests open. Whatever fails, nobody is offline afterwards."""
    archive.alice.stay("/requests/")
    yield archive
    for person in (archive.alice, archive.carol, archive.erin):
        person.context.set_offline(False)


def test_an_answer_that_came_while_the_asker_was_offline_shows_on_return(archive):
    alice, carol, erin = archive.alice, archive.carol, archive.erin
    of_carol, of_erin = ask(carol, archive.posts[0]), ask(erin, archive.posts[0])
    for asker in (carol, erin):
        asker.hears(1)
        asker.context.set_offline(True)

    approve(alice, of_carol)
    # The other answer leads to another page.
    expect(card(alice, of_carol)).to_have_attribute("data-request-state", "approved")
    reject(alice, of_erin, reason="Ask me in person.")
    expect(card(alice, of_erin)).to_have_attribute("data-request-state", "rejected")
    sees_waiting(alice, 0)
    for asker in (carol, erin):
        expect(asker.article).to_have_attribute("data-request-state", "pending")
        asker.context.set_offline(False)

    reads(carol, "Snow up to the windows.")
    expect(erin.article).to_have_attribute("data-request-state", "rejected")
    expect(erin.article).to_contain_text("Ask me in person.")
    for asker in (carol, erin):
        asker.forgive("ERR_INTERNET_DISCONNECTED")


def test_what_was_asked_while_the_author_was_offline_waits_on_return(archive):
    alice, carol = archive.alice, archive.carol
    elsewhere = alice.another_tab("/keys/")
    alice.context.set_offline(True)

    of_carol = ask(carol, archive.posts[0])
    expect(waiting(alice)).to_have_count(0)
    alice.context.set_offline(False)

    expect(card(alice, of_carol)).to_have_attribute("data-request-state", "pending")
    for tab in (alice, elsewhere):
        sees_waiting(tab, 1)
    alice.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_page_whose_news_could_not_be_fetched_tries_again(archive):
    alice, carol, post = archive.alice, archive.carol, archive.posts[0]
    of_carol = ask(carol, post)
    carol.hears(1)
    failures = [lambda route: route.abort(), lambda route: route.fulfill(status=503, body="Starting")]
    # The socket is there all the time, and its one message has been delivered.
    carol.page.route(f"**{post}", lambda route: (failures.pop(0) if failures else Route.fallback)(route))

    approve(alice, of_carol)

    reads(carol, "Snow up to the windows.")
    assert failures == []
    assert told(carol, "read_request.approved") == [of_carol]
    carol.page.unroute(f"**{post}")
    carol.forgive("ERR_FAILED")
    carol.forgive("status of 503")
