"""The page to write on: its bar, its shortcuts, and the preview beside the text."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter, Scene
from tests.browser.pages import PHONE, WIDE, faults_of
from tests.browser.people import Person


def text(person: Person) -> Locator:
    return person.page.get_by_label("Text", exact=True)


def select(person: Person, words: str) -> None:
    text(person).evaluate(
        "(field, words) => { const at = field.value.indexOf(words); field.focus();"
        " field.setSelectionRange(at, at + words.length); }",
        words,
    )


def test_the_bar_marks_words_by_buttons_shortcuts_and_arrows_and_can_be_undone(scene: Scene):
    alice, page = scene.alice, scene.alice.page
    alice.write(scene.slug, title="Marked", text="one two three")

    select(alice, "two")
    # The script of the bar comes with the first click, which counts.
    alice.press("Bold")
    expect(text(alice)).to_have_value("one **two** three")
    page.keyboard.press("Control+I")
    expect(text(alice)).to_have_value("one ***two*** three")
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    expect(text(alice)).to_have_value("one two three")
    page.keyboard.press("Control+Y")
    expect(text(alice)).to_have_value("one **two** three")

    # One stop of the Tab key between title and text, and arrows through it.
    page.get_by_label("Title", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Heading")).to_be_focused()
    page.keyboard.press("Enter")
    expect(text(alice)).to_be_focused()
    expect(text(alice)).to_have_value("## one **two** three")

    page.keyboard.press("End")
    page.keyboard.type("\n\n- a\nb\n\nend")
    expect(text(alice)).to_have_value("## one **two** three\n\n- a\n- b\nend")
    expect(page.get_by_text("Words: 6 · minutes to read: 1")).to_be_visible()
    alice.press("Text in Markdown")
    expect(page.get_by_role("dialog")).to_contain_text("a footnote")
    assert faults_of(page) == []
    alice.press("Close")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    heights = page.locator("[data-edit]").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert min(heights) >= 44
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_the_preview_beside_the_text_follows_it_and_is_what_readers_see(scene: Scene):
    alice, bob, page = scene.alice, scene.bob, scene.alice.page
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    alice.write(scene.slug, title="Side by side", text="## One\n\nA *word*[^1].\n\n[^1]: Note.")
    alice.press("Preview")
    shown = page.locator("[data-preview-text]")
    expect(shown.get_by_role("heading", name="One")).to_be_visible()
    expect(text(alice)).to_be_visible()
    left, right = text(alice).bounding_box(), shown.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["y"] - right["y"]) < 200

    text(alice).press("Control+End")
    page.keyboard.type("\n\nMore")

    expect(shown).to_contain_text("More")
    assert faults_of(page) == []
    preview = shown.inner_html()
    # Ctrl+Enter asks before it publishes.
    text(alice).press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Publish this text now?")
    alice.press("Cancel")
    expect(text(alice)).to_be_visible()
    text(alice).press("Control+Enter")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    assert bob.read(alice.path).inner_html() == preview


def test_who_leaves_before_the_text_is_kept_is_asked(person: Enter):
    # Nobody else has to do with this clock.
    eve, page = (someone := person("Eve")), someone.page
    eve.arrive()
    slug = eve.has_group("Early")
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    # The moment after which a text is kept does not pass.
    page.clock.install()
    eve.open(f"/groups/{slug}/posts/new/")
    expect(page.locator("post-editor[data-ready]")).to_be_attached()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    text(eve).press_sequentially("Unkept")
    eve.open("/groups/")
    assert asked == ["beforeunload"]

    eve.open(f"/groups/{slug}/posts/new/")
    expect(page.locator("post-editor[data-ready]")).to_be_attached()
    page.clock.resume()
    text(eve).press_sequentially("Kept")
    expect(page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    eve.open("/groups/")
    assert asked == ["beforeunload"]


def test_a_text_stays_when_its_group_is_chosen_and_goes_to_that_one(scene: Scene, person: Enter):
    dora, page = (someone := person("Dora")), someone.page
    dora.arrive()
    dora.open("/write/")
    expect(page.get_by_text("An example")).to_be_visible()
    assert faults_of(page) == []
    dora.has_group("Divers")
    slug = dora.has_group("Swimmers")
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_label("Title", exact=True).fill("Cold water")
    text(dora).fill("Nine degrees.")
    dora.press("Publish")
    group = page.get_by_label("Group", exact=True)
    expect(group).to_have_accessible_description("Choose the group that is to read it.")
    expect(group).to_be_focused()
    assert faults_of(page) == []

    group.select_option(label="Divers")
    expect(page.get_by_text("1 member will be able to read this.")).to_be_visible()
    group.select_option(label="Swimmers")
    expect(page.locator("post-editor")).to_have_attribute("data-action", f"/groups/{slug}/posts/")
    expect(text(dora)).to_have_value("Nine degrees.")
    expect(page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    page.reload()
    expect(text(dora)).to_have_value("Nine degrees.")
    expect(group).to_have_value(slug)
    dora.press("Publish")
    expect(dora.article).to_have_attribute("data-state", "published")
    expect(page.locator(".post__group")).to_have_text("Swimmers")
