"""Asked by who joined late, live to the author, granted in the author's browser: the whole of it, with real people."""

import re

from playwright.sync_api import expect

from tests.browser.seen import approve, ask, card, reads, reject, rows, sees_waiting, toasts, told, waiting

FIRST_TEXT = "Snow up to the windows."


def test_each_author_hears_of_their_own_requests_and_every_asker_of_their_answer(archive):
    alice, dave, carol, erin, frank = archive.alice, archive.dave, archive.carol, archive.erin, archive.frank
    alice.stay("/groups/")
    dave.stay("/keys/")

    of_carol = ask(carol, archive.posts[0], message="I was ill that week.")
    sees_waiting(alice, 1)
    expect(toasts(alice)).to_have_text(["Carol asks to read “First winter” in Old days. Answer"])
    of_erin = ask(erin, archive.posts[0])
    sees_waiting(alice, 2)
    of_frank = ask(frank, archive.others[0])
    sees_waiting(dave, 1)
    expect(toasts(dave)).to_have_text(["Frank asks to read “On foot to the sea” in Old days. Answer"])
    sees_waiting(alice, 2)
    expect(toasts(alice)).to_have_count(2)
    assert told(alice, "read_request.created") == [of_carol, of_erin]
    assert told(dave, "read_request.created") == [of_frank]

    # The toast leads to the request.
    toasts(alice).first.get_by_role("link", name="Answer", exact=True).click()
    expect(alice.page).to_have_url(f"{alice.url}/requests/#request-{of_carol}")
    marked = card(alice, of_carol).evaluate("(card) => getComputedStyle(card).borderColor")
    assert marked != card(alice, of_erin).evaluate("(card) => getComputedStyle(card).borderColor")
    expect(waiting(alice).get_by_role("heading")).to_have_text(
        ["Erin asks to read First winter", "Carol asks to read First winter"]
    )
    expect(card(alice, of_carol).locator("blockquote")).to_have_text("I was ill that week.")
    # What is remembered of Carol's key, another test may have brought about.
    facts = r"^\s*Old days\s+member since \d+ \w+ \d{4}\s+asked\s+now(\s+key first seen here on [\w ]+)?\s*$"
    expect(card(alice, of_carol).locator(".facts")).to_have_text(re.compile(facts))
    card(alice, of_carol).get_by_text("Fingerprint of the key", exact=True).click()
    compared = card(alice, of_carol).locator(".fingerprint").inner_text()
    carols_keys = carol.another_tab("/keys/")
    carols_keys.page.get_by_text("Keys of my own", exact=True).click()
    expect(carols_keys.page.locator("[data-account] .fingerprint")).to_have_text(compared)

    approve(alice, of_carol)
    # Wherever Carol is: on the page of the post, and elsewhere.
    reads(carol, FIRST_TEXT)
    expect(toasts(carols_keys)).to_have_text(["Alice lets you read “First winter” in Old days. Read it"])
    expect(waiting(alice)).to_have_count(1)
    sees_waiting(alice, 1)
    reject(alice, of_erin, reason="It names people who don't want that.")
    expect(erin.article).to_have_attribute("data-request-state", "rejected")
    expect(erin.page.locator(".ask__state")).to_have_text(
        "Alice refused your request. The reason: It names people who don't want that."
    )
    expect(erin.page.get_by_text(re.compile(r"^You may ask again on \d+ \w+ \d{4}\.$"))).to_be_visible()
    expect(erin.page.get_by_role("button", name="Ask to read")).to_have_count(0)
    sees_waiting(alice, 0)
    expect(alice.page.get_by_text("Nothing waits for you", exact=True)).to_be_visible()
    states = rows(alice, "Answered lately").evaluate_all(
        "rows => rows.map((row) => row.dataset.requestState)"
    )
    assert states == ["rejected", "approved"]
    sees_waiting(dave, 1)

    # What became of it, in the lists of those who asked.
    carol.open("/requests/")
    expect(rows(carol, "What you asked")).to_have_text(
        [re.compile(r"^\s*First winter\s+Alice\s+Old days\s+Granted\s")]
    )
    erin.open("/requests/")
    expect(rows(erin, "What you asked").locator("q")).to_have_text("It names people who don't want that.")


def test_who_withdraws_takes_the_card_and_the_badge_away(archive):
    alice, carol = archive.alice, archive.carol
    alice.stay("/requests/")
    first, second = ask(carol, archive.posts[0]), ask(carol, archive.posts[1])
    expect(waiting(alice)).to_have_count(2)
    sees_waiting(alice, 2)

    carol.press("Withdraw")

    expect(card(alice, second)).to_have_attribute("data-request-state", "withdrawn")
    expect(waiting(alice)).to_have_count(1)
    expect(card(alice, first)).to_have_attribute("data-request-state", "pending")
    sees_waiting(alice, 1)
    # It may be asked for again at once, and is the same request.
    expect(carol.article).to_have_attribute("data-request-state", "withdrawn")
    carol.press("Ask to read")
    expect(card(alice, second)).to_have_attribute("data-request-state", "pending")
    sees_waiting(alice, 2)


def test_a_grant_that_is_withdrawn_closes_the_open_page_of_the_reader(archive):
    alice, carol = archive.alice, archive.carol
    alice.stay("/requests/")
    of_carol = ask(carol, archive.posts[0])
    approve(alice, of_carol)
    reads(carol, FIRST_TEXT)
    listed = carol.page.get_by_role("region", name="Granted later by Alice")
    expect(listed.get_by_role("listitem")).to_have_text([re.compile(r"^\s*Carol\s+on \d+ \w+ \d{4}\s*$")])

    alice.open(archive.posts[0])
    alice.press("Withdraw grant")
    expect(alice.page.get_by_role("dialog")).to_contain_text("What was read was read")
    alice.press("Withdraw grant")

    expect(
        alice.page.get_by_text("The grant is withdrawn: Carol can't open the post any more.")
    ).to_be_visible()
    expect(carol.article).to_have_attribute("data-access", "no-key")
    expect(carol.page.get_by_text(FIRST_TEXT)).to_have_count(0)
    envelope = carol.context.request.get(f"{carol.url}{archive.posts[0]}envelope.json").json()
    assert envelope["wrapped_keys"] == []


def test_who_is_muted_sees_not_now_and_nothing_more(archive):
    alice, frank = archive.alice, archive.frank
    alice.stay("/requests/")
    of_frank = ask(frank, archive.posts[0])
    card(alice, of_frank).get_by_role("button", name="Don't ask me again", exact=True).click()
    expect(alice.page.get_by_role("dialog")).to_contain_text("Take no more requests from Frank?")
    alice.press("Don't ask me again")
    expect(alice.page.get_by_text("Frank can't ask you any more.")).to_be_visible()
    sees_waiting(alice, 0)

    for _ in range(2):
        locked = frank.page.locator(".post__locked p")
        expect(locked).to_have_text(
            ["You joined after this was published, so it was not encrypted for you.", "Not now."]
        )
        expect(frank.page.locator("main > :not(#banners)").get_by_role("button")).to_have_count(0)
        frank.open(archive.posts[1])
    assert frank.send(f"{archive.posts[1]}request_read/", {}).json() == {"errors": {"__all__": ["Not now."]}}

    alice.open("/requests/preferences/")
    alice.press("Let them ask again")
    frank.open(archive.posts[1])
    expect(frank.page.get_by_role("button", name="Ask to read", exact=True)).to_be_visible()
