"""Without a mouse, and without surprises: where the focus is, and that one can see it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.frozen import frozen
from tests.browser.people import PASSWORD, Person

MOST_TABS = 60
# An outline, or the line in the margin of what is being written.
LOOK = """
(element) => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const border = getComputedStyle(element.closest(".field") ?? element).borderInlineStartColor;
  const isDrawn = (colour) => !/, 0\\)$/.test(colour);
  const box = element.getBoundingClientRect();
  return {
    isVisible: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    isMarked: (outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && isDrawn(outlineColor)) || isDrawn(border),
  };
}
"""


def tab_to(person: Person, target: Locator) -> None:
    """Press Tab until it has the focus; wherever that comes by, it can be seen."""
    for _ in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        focused = person.page.locator(":focus")
        if focused.count():
            assert focused.evaluate(LOOK) == {"isVisible": True, "isMarked": True}, focused.evaluate(
                "e => e.outerHTML"
            )
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {target}.")


def type_into(person: Person, label: str, text: str) -> None:
    tab_to(person, person.page.get_by_label(label, exact=True))
    person.page.keyboard.type(text)


def press(person: Person, role: str, name: str) -> None:
    tab_to(person, person.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    person.page.keyboard.press("Enter")


def test_signing_up_writing_and_reading_need_no_mouse(person):
    alice = person("Alice", reduced_motion="reduce")
    page = alice.page
    alice.open("/")
    press(alice, "link", "Sign up")
    type_into(alice, "Name", alice.name)
    type_into(alice, "Email", alice.email)
    type_into(alice, "Password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-key-state=ready]")).to_be_visible()
    press(alice, "link", "Later")
    expect(page).to_have_title("Newest posts · SecureBlogs")
    press(alice, "link", "New group")
    type_into(alice, "Name", "By hand")
    page.keyboard.press("Enter")
    expect(page).to_have_title("By hand · SecureBlogs")
    press(alice, "link", "New post")
    type_into(alice, "Title", "Typed")
    # The end of the title is the way to the text.
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("Every *letter* of it.")
    press(alice, "button", "Preview")
    expect(page.locator("[data-preview-text] em")).to_have_text("letter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    press(alice, "button", "Publish")

    expect(alice.article).to_have_attribute("data-state", "published")
    expect(alice.article).to_have_attribute("data-access", "open")
    expect(alice.body).to_have_text("Every letter of it.")
    # The dialog takes the focus and gives it back.
    press(alice, "button", "Delete post")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete post", exact=True)).to_be_focused()
    press_backwards = page.get_by_role("link", name="By hand", exact=True)
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab")
        if press_backwards.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    press(alice, "link", "Typed")
    expect(alice.body).to_have_text("Every letter of it.")


def test_the_first_tab_leads_past_the_navigation(scene):
    bob = scene.bob
    bob.read(scene.post)
    bob.page.keyboard.press("Tab")
    skip = bob.page.get_by_role("link", name="Skip to the content", exact=True)
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    bob.page.keyboard.press("Enter")
    bob.page.keyboard.press("Tab")
    # The line that reminds of the recovery code stands first in the content.
    expect(bob.page.locator("#content :focus")).to_have_text("Make one")


def test_a_menu_closes_when_the_focus_leaves_it(scene):
    page = scene.bob.page
    scene.bob.open("/groups/")
    press(scene.bob, "button", "Account")
    log_out = page.get_by_role("button", name="Log out", exact=True)
    tab_to(scene.bob, log_out)
    expect(log_out).to_be_visible()
    page.keyboard.press("Tab")
    expect(log_out).to_be_hidden()
    expect(page.locator("#content :focus")).to_be_visible()


def test_a_list_that_changes_keeps_the_focus_and_says_what_is_new(scene):
    alice, bob = scene.alice, scene.bob
    # Other tests write in this group, too: older posts may be on the next page.
    alice.publish(scene.slug, title="The last one", text="Sun.")
    bob.open(f"/groups/{scene.slug}/")
    link = bob.page.get_by_role("link", name="The last one", exact=True)
    link.focus()
    post = alice.publish(scene.slug, title="News from the valley", text="Rain.")
    expect(bob.page.get_by_role("link", name="News from the valley", exact=True)).to_be_visible()
    expect(link).to_be_focused()

    # A post that is deleted while it is read: the page says so instead of standing there for ever.
    bob.read(post)
    alice.press("Delete post")
    alice.press("Delete post")
    expect(alice.page.get_by_text("is deleted")).to_be_visible()
    assert bob.status(post) == 404


def test_what_changes_is_read_out(site, scene):
    alice = scene.alice
    alice.write(scene.slug, title="Aloud", text="Listen.")
    with frozen(site, "worker"):
        alice.press("Publish")
        expect(alice.article).to_have_attribute("data-state", "queued")
    expect(alice.page.locator("#announcer")).to_have_text("Published")


def test_who_wants_no_motion_gets_none(scene):
    page = scene.bob.page
    page.emulate_media(reduced_motion="reduce")
    scene.bob.read(scene.post)
    durations = page.evaluate(
        "() => document.getAnimations().map((animation) => animation.effect.getComputedTiming().activeDuration)"
    )
    assert [duration for duration in durations if duration > 1] == []
    page.emulate_media(reduced_motion="no-preference")


def test_what_a_phone_shows_is_large_enough_for_a_finger(scene):
    page = scene.alice.page
    page.set_viewport_size({"width": 390, "height": 844})
    small = []
    for path in (
        "/",
        "/groups/",
        f"/groups/{scene.slug}/",
        f"/groups/{scene.slug}/members/",
        "/keys/",
        scene.post,
    ):
        scene.alice.open(path)
        for control in page.locator("button, nav a, .button, input, select").all():
            box = control.bounding_box()
            if box and control.is_visible() and box["height"] < 43.5:
                small.append(f"{path}: {control.inner_text()} is {box['height']} high")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert small == []


def test_titles_name_the_page(scene):
    titles = {
        "/": "Newest posts",
        "/groups/": "Groups",
        f"/groups/{scene.slug}/": "Walkers",
        f"/groups/{scene.slug}/members/": "Members of Walkers",
        f"/groups/{scene.slug}/posts/new/": "New post in Walkers",
        scene.post: "On the ridge",
        "/keys/": "Keys",
        "/nothing/": "Nothing here",
    }
    for path, title in titles.items():
        scene.alice.open(path)
        expect(scene.alice.page).to_have_title(re.compile(rf"^(\(\d+\) )?{re.escape(title)} · SecureBlogs$"))
