"""Many questions at once, and many answers at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Route, expect

from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads, reject, rows, sees_waiting, toasts, told, waiting


@contextmanager
def held_up(author: Person, request_id: int) -> Iterator[None]:
    """This one approval is on its way until the block ends."""
    held: list[Route] = []
    address = f"**/requests/{request_id}/approve/"
    author.page.route(address, lambda route: held.append(route))
    yield
    for route in held:
        route.continue_()
    author.page.unroute(address)


def test_all_posts_from_before_one_joined_are_asked_for_with_one_click_and_approved_with_one(archive):
    alice, dave, erin = archive.alice, archive.dave, archive.erin
    alice.stay("/requests/")
    dave.stay("/groups/")
    erin.stay(f"/groups/{archive.slug}/")
    expect(erin.page.locator("[data-readable=no]")).to_have_count(4)

    erin.press("Ask for all 4 posts that I lack a key for")

    expect(erin.page.get_by_text("You asked to read 4 posts.", exact=True)).to_be_visible()
    expect(erin.page.get_by_role("button", name=re.compile("^Ask for"))).to_have_count(0)
    # One request a post, one notice an author.
    expect(toasts(alice)).to_have_text(
        [
            re.compile(
                r"^\s*Erin asks to read “Third winter” and 2 more posts of yours in Old days\.\s+Answer\s*$"
            )
        ]
    )
    expect(toasts(dave)).to_have_text(["Erin asks to read “On foot to the sea” in Old days. Answer"])
    sees_waiting(alice, 3)
    sees_waiting(dave, 1)
    assert len(told(alice, "read_request.created")) == len(told(dave, "read_request.created")) == 1
    expect(waiting(alice)).to_have_count(3)

    alice.page.get_by_role("button", name="Approve all from this person", exact=True).first.click()

    expect(alice.page.locator("[data-several] [data-says]")).to_have_text("Approved: 3")
    expect(waiting(alice)).to_have_count(0)
    sees_waiting(alice, 0)
    expect(rows(alice, "Answered lately")).to_have_count(3)
    # The list that Erin has open knows it, too.
    expect(erin.page.locator("[data-readable=yes]")).to_have_count(3)
    expect(erin.read(archive.posts[1])).to_have_text("Rain on ice.")


def test_those_that_are_selected_are_approved_and_a_bar_shows_how_far_it_is(archive):
    alice, carol, frank = archive.alice, archive.carol, archive.frank
    alice.stay("/requests/")
    first, second = ask(carol, archive.posts[0]), ask(carol, archive.posts[1])
    other = ask(frank, archive.posts[0])
    expect(waiting(alice)).to_have_count(3)
    says = alice.page.locator("[data-several] [data-says]")
    bar = alice.page.get_by_role("progressbar", name="Requests approved")

    card(alice, first).get_by_label("Select", exact=True).check()
    card(alice, second).get_by_label("Select", exact=True).check()
    expect(says).to_have_text("Selected: 2")
    expect(bar).to_be_hidden()
    with held_up(alice, second):
        alice.press("Approve selected")
        expect(says).to_have_text("Approving 1 of 2")
        expect(bar).to_have_js_property("value", 1)
        expect(bar).to_have_js_property("max", 2)

    expect(says).to_have_text("Approved: 2")
    expect(bar).to_be_hidden()
    expect(waiting(alice)).to_have_count(1)
    expect(card(alice, other)).to_have_attribute("data-request-state", "pending")
    sees_waiting(alice, 1)
    expect(carol.read(archive.posts[0])).to_have_text("Snow up to the windows.")


def test_who_approves_with_the_keyboard_goes_on_from_there(archive):
    alice, carol = archive.alice, archive.carol
    alice.stay("/requests/")
    oldest = ask(carol, archive.posts[0])
    others = [ask(carol, archive.posts[1]), ask(carol, archive.posts[2])]
    expect(waiting(alice)).to_have_count(3)
    keyboard, several = alice.page.keyboard, alice.page.locator("[data-several]")

    card(alice, oldest).get_by_role("button", name="Approve", exact=True).focus()
    keyboard.press("Enter")
    expect(waiting(alice)).to_have_count(2)
    expect(alice.page.locator("#waiting")).to_be_focused()
    keyboard.press("Tab")
    expect(card(alice, others[1]).get_by_role("link", name="Third winter")).to_be_focused()

    for request_id in others:
        card(alice, request_id).get_by_label("Select", exact=True).focus()
        keyboard.press("Space")
    alice.page.get_by_role("button", name="Approve selected", exact=True).focus()
    with held_up(alice, others[0]):
        keyboard.press("Enter")
        expect(several).to_be_focused()
        keyboard.press("Tab")
        expect(alice.page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    expect(waiting(alice)).to_have_count(0)
    expect(several).to_be_focused()


def test_a_count_that_comes_after_a_newer_one_is_put_right(archive):
    alice = archive.alice
    alice.stay("/groups/")
    ask(archive.carol, archive.posts[0])
    sees_waiting(alice, 1)

    # Of two answers in one moment the message of the first may come last.
    shown = alice.page.evaluate(
        """() => {
          const detail = { request_id: 0, pending: 7 };
          document.dispatchEvent(new CustomEvent("read_request.closed", { detail }));
          return document.querySelector('[data-badge="requests"]').textContent;
        }"""
    )
    assert shown == "7"

    sees_waiting(alice, 1)


def test_a_rejection_waits_for_an_approval_that_is_on_its_way(archive):
    alice, carol = archive.alice, archive.carol
    alice.stay("/requests/")
    first, second = ask(carol, archive.posts[0]), ask(carol, archive.posts[1])
    expect(waiting(alice)).to_have_count(2)

    with held_up(alice, first):
        approve(alice, first)
        reject(alice, second, reason="Not that one.")
        expect(card(alice, second).get_by_role("button", name="Reject")).to_have_attribute(
            "aria-busy", "true"
        )

    expect(rows(alice, "Answered lately")).to_have_count(2)
    states = [card(alice, each).get_attribute("data-request-state") for each in (first, second)]
    assert states == ["approved", "rejected"]
    carol.open(archive.posts[0])
    reads(carol, "Snow up to the windows.")
