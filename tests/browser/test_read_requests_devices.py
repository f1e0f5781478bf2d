"""Several tabs and browsers of one person: all are told, all show the truth, and each knows which key it lacks."""

from playwright.sync_api import expect

from tests.browser.browsers import another_browser, has_own_key
from tests.browser.seen import SOON, approve, ask, card, reads, rows, sees_waiting, toasts, waiting

TOLD = "Carol asks to read “First winter” in Old days. Answer"


def test_every_tab_and_signed_in_the_author_is_told_and_shows_the_answer_of_any(archive, person):
    alice, carol = archive.alice, archive.carol
    phone = another_browser(person, alice)
    has_own_key(phone, of=alice)
    phone.stay("/requests/")
    alice.stay("/groups/")
    list_of_requests = alice.another_tab("/requests/")
    places = [alice, list_of_requests, phone]

    of_carol = ask(carol, archive.posts[0])

    for place in places:
        expect(toasts(place)).to_have_text([TOLD], timeout=SOON)
        sees_waiting(place, 1)
    # The phone has a key of its own, for which the post is not encrypted.
    approve(phone, of_carol)
    expect(card(phone, of_carol).locator("[data-said]")).to_contain_text(
        "Your key for this post is not in this browser. Approve in one that has it, or give it to this one."
    )
    expect(card(phone, of_carol)).to_have_attribute("data-request-state", "pending")

    approve(list_of_requests, of_carol)

    expect(waiting(phone)).to_have_count(0, timeout=SOON)
    expect(rows(phone, "Answered lately")).to_have_count(1)
    expect(card(phone, of_carol)).to_have_attribute("data-request-state", "approved")
    expect(card(list_of_requests, of_carol)).to_have_attribute("data-request-state", "approved")
    for place in places:
        sees_waiting(place, 0)
    reads(carol, "Snow up to the windows.")


def test_a_reader_may_ask_for_a_key_that_only_another_browser_has(archive, person):
    alice, erin = archive.alice, archive.erin
    alice.stay("/requests/")
    of_erin = ask(erin, archive.posts[0])
    approve(alice, of_erin)
    reads(erin, "Snow up to the windows.")
    phone = another_browser(person, erin)

    phone.stay(archive.posts[0])
    expect(phone.article).to_have_attribute("data-access", "key-elsewhere")
    expect(phone.article).to_contain_text("This browser can't open this post yet.")
    expect(phone.page.get_by_role("button", name="Ask for the key in this browser")).to_have_count(0)
    has_own_key(phone, of=erin)
    phone.stay(archive.posts[0])
    phone.press("Ask for the key in this browser")
    expect(phone.article).to_have_attribute("data-request-state", "pending")

    expect(card(alice, of_erin).get_by_role("heading")).to_have_text("Erin asks to read First winter")
    expect(card(alice, of_erin)).to_contain_text("Fingerprints of 2 keys")
    approve(alice, of_erin)

    reads(phone, "Snow up to the windows.")
    reads(erin, "Snow up to the windows.")
