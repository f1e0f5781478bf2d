"""Without a mouse: where the focus is when what had it went, and what is read out, once."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.comments import comment, press, section, write
from tests.browser.conftest import Enter, Scene
from tests.browser.people import Person
from tests.browser.test_files import add, begin, line_of, payload, wait_for

# What the page's one live region says from now on.
LISTEN = """
() => {
  const [region, heard] = [document.querySelector("#announcer"), []];
  new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(region, { childList: true });
  window.heard = heard;
}
"""


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def test_who_answers_types_on_while_comments_come_anew(scene: Scene):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Typed on", text="x")
    bob.read(path)
    write(bob, "Ask me")
    expect(comment(bob, "Ask me")).to_be_visible()
    alice.read(path)
    alice.hears(1)
    press(comment(alice, "Ask me"), "Reply")
    reply = alice.page.get_by_label("Your reply", exact=True)
    expect(reply).to_be_focused()
    alice.page.keyboard.type("Why her")

    press(comment(bob, "Ask me"), "Edit comment")
    bob.page.get_by_label("Your comment", exact=True).fill("Ask me later")
    press(comment(bob, "Ask me"), "Save comment")
    expect(comment(alice, "Ask me later")).to_be_visible()
    expect(reply).to_be_focused()
    alice.page.keyboard.type("on")
    # A page that catches up fetches all rows again.
    with alice.page.expect_response(f"**{path}comments/**"):
        alice.page.evaluate("() => document.dispatchEvent(new CustomEvent('news.missed', { detail: {} }))")
    alice.page.wait_for_timeout(300)
    alice.page.keyboard.type("s?")
    expect(reply).to_have_value("Why herons?")
    button(alice.page, "Cancel").click()

    # A button that came anew with its row has the focus as the one before had it.
    button(comment(alice, "Ask me later"), "Reply").focus()
    press(comment(bob, "Ask me later"), "Edit comment")
    bob.page.get_by_label("Your comment", exact=True).fill("Ask me never")
    press(comment(bob, "Ask me later"), "Save comment")
    expect(button(comment(alice, "Ask me never"), "Reply")).to_be_focused()


def hear_of_news(person: Person, path: str) -> None:
    """Have the open page look for news of itself, and give it the time to show them."""
    with person.page.expect_response(f"**{path}"):
        person.page.evaluate("() => document.dispatchEvent(new CustomEvent('news.missed', { detail: {} }))")
    person.page.wait_for_timeout(300)


def test_a_post_of_which_there_is_no_news_stays_as_it_is(scene: Scene):
    alice = scene.alice
    alice.read(scene.post)
    alice.hears(1)
    opener = button(alice.page, "Delete post").element_handle()
    hear_of_news(alice, scene.post)
    assert opener.evaluate("element => element.isConnected")


def test_a_question_that_is_open_while_news_come_gives_the_focus_back(scene: Scene):
    alice, bob = scene.alice, scene.bob
    path = alice.publish(scene.slug, title="Asked about", text="x")
    alice.read(path)
    alice.hears(1)
    opener = button(alice.page, "Delete post")
    opener.press("Enter")
    bob.publish(scene.slug, title="Newer than it", text="y")
    hear_of_news(alice, path)
    # The open dialog holds the new page back.
    newer = alice.page.get_by_role("link", name="Newer than it")
    expect(alice.page.get_by_role("dialog")).to_be_visible()
    expect(newer).to_have_count(0)
    alice.page.keyboard.press("Escape")
    expect(newer).to_be_visible()
    expect(opener).to_be_focused()


def test_a_page_that_closes_under_an_open_question_keeps_the_focus(scene: Scene):
    alice = scene.alice
    path = alice.publish(scene.slug, title="Asked about in vain", text="x")
    other = alice.another_tab(path)
    alice.stay(path)
    button(alice.page, "Delete post").press("Enter")
    expect(button(alice.page.get_by_role("dialog"), "Cancel")).to_be_focused()
    other.press("Delete post")
    other.press("Delete post")
    expect(alice.page.get_by_role("heading", name="This post was deleted", exact=True)).to_be_visible()
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    expect(alice.page.get_by_role("main")).to_be_focused()
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("link", name="Go to Walkers", exact=True)).to_be_focused()
    other.page.close()


def test_who_tends_their_keys_without_a_mouse_never_loses_the_focus(person: Enter):
    kim, phone = person("Kim"), person("Kim")
    phone.email = kim.email
    kim.arrive()
    phone.log_in()
    kim.open("/keys/")
    page, main = kim.page, kim.page.get_by_role("main")
    button(main, "Rename").press("Enter")
    expect(page.get_by_label("New name", exact=True)).to_be_focused()
    page.keyboard.type("My laptop")
    page.keyboard.press("Enter")
    expect(page.get_by_text("My laptop", exact=True)).to_be_visible()
    expect(button(main, "Rename")).to_be_focused()

    button(main, "Make a recovery code").press("Enter")
    expect(page.get_by_test_id("recovery-code")).to_be_visible()
    last_groups = page.get_by_test_id("recovery-code").inner_text()[-9:]
    page.get_by_label("Last two groups", exact=True).fill(last_groups)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()
    expect(button(main, "Make a recovery code")).to_be_focused()

    button(main, "Add a device").press("Enter")
    # It holds what is to be read out now: what to do, and the code.
    expect(page.locator("add-device [data-shown]")).to_be_focused()
    expect(page.get_by_test_id("device-code")).to_be_in_viewport()
    button(main, "Stop showing it").press("Enter")
    expect(button(main, "Add a device")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("add-device [data-shown]")).to_be_focused()
    phone.page.get_by_label("Code from another device", exact=True).fill(
        page.get_by_test_id("device-code").inner_text()
    )
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("add-browser")).to_be_focused()
    expect(page.locator("add-device [data-asked]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(main, "Allow")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The new device opens your posts now.")).to_be_visible()
    expect(button(main, "Add a device")).to_be_focused()
    expect(phone.page.get_by_role("link", name="Go on", exact=True)).to_be_focused()


def test_an_error_at_the_field_that_has_the_focus_is_read_out(scene: Scene):
    alice, page = scene.alice, scene.alice.page
    alice.open(f"/groups/{scene.slug}/posts/new/")
    expect(page.locator("post-editor[data-ready]")).to_be_attached()
    page.evaluate(LISTEN)
    page.get_by_label("Title", exact=True).press("Control+Enter")
    expect(page.locator("#announcer")).to_have_text("Give it a title.")
    # With the focus a screen reader says it by itself.
    alice.press("Publish")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    alice.read(scene.post)
    page.evaluate(LISTEN)
    field = page.get_by_label("Write a comment", exact=True)
    button(section(alice), "Comment").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Write something first.")
    assert page.evaluate("heard") == []
    field.press("Control+Enter")
    expect(page.locator("#announcer")).to_have_text("Write something first.")
    assert page.evaluate("heard") == ["Write something first."]


def test_after_a_draft_is_discarded_the_focus_is_at_the_next_one(person: Enter):
    kim = person("Kim")
    kim.arrive()
    kim.has_group("Readers")
    kim.open("/drafts/")
    expect(kim.page.locator("draft-list[data-ready]")).to_be_attached()
    names = ["One", "Two", "Three"]
    files = [payload(f"{name}.md", "", f"# {name}\n\nText.".encode()) for name in names]
    kim.page.get_by_label("Add Markdown files", exact=True).set_input_files(files)
    drafts = kim.page.locator("[data-draft]")
    expect(drafts).to_have_count(3)
    for left in (2, 1, 0):
        titles = drafts.get_by_role("link").all_inner_texts()
        ask = button(drafts.nth(min(1, left)), "Discard")
        expect(ask).to_have_accessible_description(titles[min(1, left)])
        ask.press("Enter")
        button(kim.page.get_by_role("dialog"), "Discard").press("Enter")
        expect(drafts).to_have_count(left)
        if left:
            expect(drafts.nth(min(1, left - 1)).get_by_role("link")).to_be_focused()
    expect(kim.page.get_by_text("No drafts.")).to_be_visible()
    expect(kim.page.get_by_label("Add Markdown files", exact=True)).to_be_focused()


def test_a_file_that_is_tried_again_keeps_the_focus_and_its_buttons_name_it(scene: Scene):
    alice = scene.alice
    begin(alice, scene.slug, title="Again", text="Text.")
    alice.page.route("**/parts/0", lambda route: route.fulfill(status=400, json={}))
    add(alice, payload("one.txt", "text/plain", b"1"), payload("two.txt", "text/plain", b"2"))
    for name in ("one.txt", "two.txt"):
        line = line_of(alice, name)
        expect(line).to_have_attribute("data-state", "failed")
        for label in ("Try again", "Remove"):
            expect(button(line, label)).to_have_accessible_description(name)
    alice.page.unroute("**/parts/0")
    button(line_of(alice, "two.txt"), "Try again").press("Enter")
    wait_for(alice, "two.txt")
    expect(button(line_of(alice, "two.txt"), "Remove")).to_be_focused()
    # What is not sent any more asks nobody who leaves.
    button(line_of(alice, "one.txt"), "Remove").click()
    alice.press("Discard")
    alice.press("Discard")


@pytest.mark.timeout(120)
def test_the_button_that_ends_a_download_has_the_focus_while_it_goes_on(scene: Scene):
    alice, held = scene.alice, []
    alice.open(f"/groups/{scene.slug}/")
    alice.page.get_by_role("link", name="Download all", exact=True).click()
    expect(alice.page.locator("download-all[data-ready]")).to_be_attached()
    address = f"**{alice.page.locator('download-all').get_attribute('data-list')}**"

    def hold(route: Route) -> None:
        held.append(route)

    alice.page.route(address, hold)
    button(alice.page, "Download all").press("Enter")
    expect(button(alice.page, "Cancel")).to_be_focused()
    alice.page.keyboard.press("Enter")
    # Before the page lets them go, which would answer them in another way.
    for route in held:
        route.abort()
    alice.page.unroute(address)
    expect(button(alice.page, "Download all")).to_be_focused()
    alice.forgive("ERR_FAILED")
