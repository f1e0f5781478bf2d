"""Two answers to one request at the same moment: one of them wins, and everybody sees which."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Response, Route, expect

from tests.browser.archive import Archive
from tests.browser.browsers import add_browser, another_browser
from tests.browser.conftest import Enter
from tests.browser.database import value_of
from tests.browser.people import SECONDS_TO_WAIT, Person
from tests.browser.seen import approve, ask, card, reads, reject, sees_waiting, waiting

STATE = "SELECT state FROM posts_readrequest WHERE id = %(request)s"
GRANTED = """
    SELECT count(*) FROM posts_postkey JOIN posts_post AS post ON post.current_id = revision_id
     WHERE granted_at IS NOT NULL AND uid = %(uid)s
"""

Release = Callable[[], None]


@pytest.fixture
def desk(archive: Archive, person: Enter) -> Person:
    """Alice's other browser, with the same key."""
    desk = another_browser(person, archive.alice)
    add_browser(desk, of=archive.alice)
    return desk


@contextmanager
def held_up(author: Person, verb: str) -> Iterator[Release]:
    """The answer of this page stays on its way until it is released; the block ends when it has arrived."""
    held: list[Route] = []
    address = f"**/requests/*/{verb}/"
    author.page.route(address, lambda route: held.append(route))

    def release() -> None:
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not held:
            assert time.monotonic() < deadline, f"Nobody sends {address}."
            author.page.wait_for_timeout(10)
        held.pop().continue_()

    yield release
    author.page.unroute(address)


def everybody_sees(state: str, request_id: int, carol: Person, *places: Person) -> None:
    for place in places:
        expect(waiting(place)).to_have_count(0)
        expect(card(place, request_id)).to_have_attribute("data-request-state", state)
        sees_waiting(place, 0)
    expect(carol.article).to_have_attribute("data-request-state", state)
    expect(carol.article).to_have_attribute("data-access", "open" if state == "approved" else "no-key")


@pytest.mark.parametrize("first", ["approve", "reject", "both"])
def test_of_an_approval_and_a_refusal_one_wins_and_both_browsers_show_it(archive, desk, first):
    laptop, carol = archive.alice, archive.carol
    for place in (laptop, desk):
        place.stay("/requests/")
    of_carol = ask(carol, archive.posts[0])
    for place in (laptop, desk):
        expect(waiting(place)).to_have_count(1)

    with held_up(laptop, "approve") as release_approval, held_up(desk, "reject") as release_refusal:
        approve(laptop, of_carol)
        reject(desk, of_carol, reason="Not this one.")
        if first == "reject":
            release_refusal()
            expect(carol.article).to_have_attribute("data-request-state", "rejected")
            release_approval()
        else:
            release_approval()
            if first == "approve":
                reads(carol, "Snow up to the windows.")
            release_refusal()
        expect(desk.page.locator("[data-request-state=pending]")).to_have_count(0)
        expect(laptop.page.locator("[data-request-state=pending]")).to_have_count(0)

    state = value_of(archive.site.database_url, STATE, request=of_carol)
    expected = {"approve": {"approved"}, "reject": {"rejected"}, "both": {"approved", "rejected"}}
    assert state in expected[first]
    everybody_sees(str(state), of_carol, carol, laptop, desk)
    late = desk.page.get_by_text("That request no longer waits: it is granted.", exact=True)
    expect(late).to_have_count(1 if state == "approved" else 0)
    uid = archive.posts[0].split("/")[2]
    granted = value_of(archive.site.database_url, GRANTED, uid=uid)
    assert granted == (1 if state == "approved" else 0)


def test_of_two_approvals_one_wins_and_both_browsers_show_it(archive, desk):
    laptop, carol = archive.alice, archive.carol
    for place in (laptop, desk):
        place.stay("/requests/")
    of_carol = ask(carol, archive.posts[0])
    answers: list[Response] = []
    with held_up(laptop, "approve") as release_one, held_up(desk, "approve") as release_other:
        for place in (laptop, desk):
            expect(waiting(place)).to_have_count(1)
            place.page.on("response", lambda response: answers.append(response))
            approve(place, of_carol)
        release_one()
        release_other()
        reads(carol, "Snow up to the windows.")
        everybody_sees("approved", of_carol, carol, laptop, desk)

    statuses = [answer.status for answer in answers if answer.url.endswith("/approve/")]
    assert sorted(statuses) == [200, 409]
    assert value_of(archive.site.database_url, GRANTED, uid=archive.posts[0].split("/")[2]) == 1
