"""What somebody typed under a post stays until they send or discard it, whatever other tabs, proxies and people do."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.comments import comment, press, section, write
from tests.browser.conftest import Enter, Scene
from tests.browser.people import Person

KEPT = "What you typed here before is here again."
CHANGED = "was changed in another tab or on another device"
KEPT_NOW = "() => Object.keys(sessionStorage).some((name) => name.includes('/comment/'))"


@pytest.fixture
def path(scene: Scene) -> str:
    return scene.alice.publish(scene.slug, title="Much to say", text="x")


def field(person: Person, label: str = "Write a comment") -> Locator:
    return person.page.get_by_label(label, exact=True)


def type_in(person: Person, text: str) -> None:
    """Type a comment and wait until the browser has kept it."""
    field(person).fill(text)
    person.page.wait_for_function(KEPT_NOW)
    # The tab knows it a moment before the disk does.
    person.page.wait_for_timeout(500)


def comes_back(person: Person, text: str) -> None:
    field(person).focus()
    expect(field(person)).to_have_value(text)
    expect(section(person).get_by_text(KEPT)).to_be_visible()


def send(person: Person) -> None:
    section(person).get_by_role("button", name="Comment", exact=True).click()


def texts(person: Person) -> Locator:
    return person.page.locator("[data-comment-text]")


def fulfill(answer: Mapping[str, Any], route: Route) -> None:
    route.fulfill(**answer)


def duplicate(person: Person, path: str) -> Person:
    """One more tab with all that this one remembers, as browsers duplicate a tab, or restore it."""
    remembered = person.page.evaluate("() => ({ ...sessionStorage })")
    tab = person.another_tab("/about/privacy/")
    tab.page.evaluate(
        "(all) => Object.entries(all).forEach((each) => sessionStorage.setItem(...each))", remembered
    )
    tab.stay(path)
    return tab


def test_tabs_lose_none_of_one_anothers_texts(scene: Scene, path: str):
    bob = scene.bob
    bob.read(path)
    type_in(bob, "From the first tab")
    second = bob.another_tab(path)
    type_in(second, "From the second tab")
    copy = duplicate(bob, path)
    comes_back(copy, "From the first tab")

    bob.page.reload()
    comes_back(bob, "From the first tab")
    type_in(copy, "From the copy")
    second.page.close()
    send(bob)
    expect(comment(bob, "From the first tab")).to_be_visible()
    copy.page.reload()
    comes_back(copy, "From the copy")
    send(copy)
    expect(comment(copy, "From the copy")).to_be_visible()
    copy.page.close()

    # The text of the tab that was closed is the next one's.
    bob.page.reload()
    comes_back(bob, "From the second tab")
    section(bob).get_by_role("button", name="Comment", exact=True).dblclick()
    expect(texts(bob)).to_have_text(["From the first tab", "From the copy", "From the second tab"])
    bob.page.reload()
    expect(texts(bob)).to_have_count(3)
    field(bob).focus()
    expect(field(bob)).to_have_value("")


def sends_without_an_answer(person: Person, address: str) -> None:
    """Send a comment that arrives, while its answer does not."""

    def swallow(route: Route) -> None:
        assert route.fetch().status == 201
        route.abort()

    person.page.route(address, swallow)
    with person.page.expect_event("requestfailed"):
        send(person)
    person.page.unroute(address)
    person.forgive("ERR_FAILED")


def test_no_answer_of_something_in_between_takes_a_comment_away(scene: Scene, path: str):
    bob = scene.bob
    bob.read(path)
    answers = [
        {"status": 200, "content_type": "text/html", "body": "<h1>Back at noon</h1>"},
        {"status": 201, "json": {}},
    ]
    address = f"**{path}comment/"
    field(bob).fill("Said once")
    for answer in answers:
        bob.page.route(address, partial(fulfill, answer))
        # What was said of the last one stands there until this one is on its way.
        with bob.page.expect_response(address):
            send(bob)
        expect(section(bob).get_by_text("Not sent: the site can't be reached.")).to_be_visible()
        expect(field(bob)).to_have_value("Said once")
        bob.page.unroute(address)

    # It arrives, and its answer does not: what is sent again, after a reload, too, is the same comment.
    sends_without_an_answer(bob, address)
    bob.page.reload()
    comes_back(bob, "Said once")
    send(bob)
    expect(texts(bob)).to_have_text("Said once")
    expect(comment(bob, "Said once")).to_have_attribute("data-revision", "1")
    expect(field(bob)).to_have_value("")


def test_a_comment_that_somebody_deleted_before_its_answer_came_is_not_there_again(scene: Scene, path: str):
    alice, bob = scene.alice, scene.bob
    bob.read(path)
    type_in(bob, "Said and deleted")
    address = f"**{path}comment/"
    sends_without_an_answer(bob, address)
    alice.read(path)
    press(comment(alice, "Said and deleted"), "Delete comment")
    alice.press("Delete comment")
    expect(comment(alice, "Said and deleted")).to_have_count(0)

    with bob.page.expect_response(address):
        send(bob)
    expect(section(bob).get_by_text("This comment arrived before, and was deleted since.")).to_be_visible()
    expect(field(bob)).to_have_value("Said and deleted")
    expect(texts(bob)).to_have_count(0)
    bob.forgive("409")

    # The author sends the text once more, and it is a new comment.
    send(bob)
    expect(comment(bob, "Said and deleted")).to_be_visible()


def test_an_ended_session_keeps_a_comment(scene: Scene, path: str, person: Enter):
    erin = person("Erin")
    erin.arrive()
    erin.has_joined(scene.alice.has_link(scene.slug))
    post = scene.alice.publish(scene.slug, title="For Erin, too", text="x")
    erin.read(post)
    type_in(erin, "Said before the session ended")
    erin.page.wait_for_load_state("networkidle")
    erin.context.clear_cookies(name="sessionid")

    send(erin)
    expect(section(erin).get_by_text("you are no longer logged in")).to_be_visible()
    erin.log_in()
    erin.read(post)

    comes_back(erin, "Said before the session ended")
    send(erin)
    expect(comment(erin, "Said before the session ended")).to_be_visible()


def test_a_comment_that_meets_somebody_elses_session_is_neither_theirs_nor_lost(scene: Scene, person: Enter):
    erin, bob = person("Erin"), scene.bob
    erin.arrive()
    erin.has_joined(scene.alice.has_link(scene.slug))
    post = scene.alice.publish(scene.slug, title="For Erin and Bob", text="x")
    erin.read(post)
    type_in(erin, "Said by Erin")
    erin.page.wait_for_load_state("networkidle")
    # Bob logs in in another tab of her browser.
    erin.context.add_cookies(bob.context.cookies())  # type: ignore[arg-type]

    send(erin)

    expect(section(erin).get_by_text("Somebody else is logged in in this browser now")).to_be_visible()
    expect(field(erin)).to_have_value("Said by Erin")
    bob.read(post)
    write(bob, "Said by Bob")
    expect(texts(bob)).to_have_text(["Said by Bob"])


def test_a_form_that_is_closed_brings_back_what_was_typed_unless_it_was_emptied(scene: Scene, path: str):
    bob = scene.bob
    bob.read(path)
    write(bob, "Ask me anything")
    own = comment(bob, "Ask me anything")
    expect(own).to_be_visible()
    for button, label, before in (
        ("Reply", "Your reply", ""),
        ("Edit comment", "Your comment", "Ask me anything"),
    ):
        press(own, button)
        expect(field(bob, label)).to_have_value(before)
        field(bob, label).fill("Half a thought")
        press(own, "Cancel")
        expect(field(bob, label)).to_have_count(0)

        press(own, button)
        expect(field(bob, label)).to_have_value("Half a thought")
        expect(own.get_by_text(KEPT)).to_be_visible()
        field(bob, label).fill("")
        press(own, "Cancel")
        press(own, button)
        expect(field(bob, label)).to_have_value(before)
        press(own, "Cancel")


def test_who_answers_or_edits_while_others_act_keeps_what_they_typed(scene: Scene, path: str):
    alice, bob = scene.alice, scene.bob
    bob.read(path)
    write(bob, "Ask me anything")
    expect(comment(bob, "Ask me anything")).to_be_visible()
    alice.read(path)
    alice.hears(1)
    press(comment(alice, "Ask me anything"), "Reply")
    field(alice, "Your reply").fill("Why herons?")

    # An edit in two tabs, of which both hear: the second is told, and its next try goes on from there.
    tab = bob.another_tab(path)
    for each, text in ((bob, "Ask me nothing"), (tab, "Ask me later")):
        press(comment(each, "Ask me anything"), "Edit comment")
        field(each, "Your comment").fill(text)
    press(comment(bob, "Ask me anything"), "Save comment")
    expect(texts(tab)).to_have_text("Ask me nothing")
    own = tab.page.locator("[data-comment]")
    press(own, "Save comment")
    expect(own.get_by_text(CHANGED)).to_be_visible()
    expect(field(tab, "Your comment")).to_have_value("Ask me later")
    press(own, "Save comment")
    expect(texts(bob)).to_have_text("Ask me later")
    tab.page.close()
    expect(field(alice, "Your reply")).to_have_value("Why herons?")

    press(comment(bob, "Ask me later"), "Delete comment")
    bob.press("Delete comment")
    expect(section(alice).get_by_text("This comment is gone: it was deleted.")).to_be_visible()
    expect(field(alice, "Your reply")).to_have_value("Why herons?")
    section(alice).get_by_role("button", name="Send reply", exact=True).click()
    expect(section(alice).locator("form[data-form=answer] .field__error")).not_to_be_empty()
    expect(field(alice, "Your reply")).to_have_value("Why herons?")
    # Nor does a page that catches up take it away.
    alice.page.evaluate("() => document.dispatchEvent(new CustomEvent('news.missed', { detail: {} }))")
    alice.page.wait_for_timeout(500)
    expect(field(alice, "Your reply")).to_have_value("Why herons?")
