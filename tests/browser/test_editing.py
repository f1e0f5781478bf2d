"""Saying something anew: an author edits, others' open pages take it, and of two saves one is told."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Scene
from tests.browser.database import change
from tests.browser.pages import faults_of
from tests.browser.people import Person
from tests.browser.traces import in_any
from tests.site import Site

OLDER = """
    UPDATE posts_post SET current_id = revision.id FROM posts_revision AS revision
     WHERE revision.post_id = posts_post.id AND number = 2 AND uid = %(uid)s
"""
# What a browser keeps of the texts that it opened: the names of their keys, and all that is stored as Latin letters.
KEPT = """(async () => {
  const answer = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await answer(indexedDB.open(`secureblogs-${document.body.dataset.user}`));
  const kept = [...database.objectStoreNames].map((name) => database.transaction(name).objectStore(name).getAll());
  const records = Object.fromEntries(await Promise.all(kept.map(async (all) => [all.source.name, await answer(all)])));
  database.close();
  return %s;
})()"""
# Of the post whose page is open.
READ = (
    KEPT
    % 'records.read.filter(({ post }) => location.pathname.includes(post)).map(({ under }) => under.split("/")[0])'
)
WHEN_READ = f"""async () => {{
  while ((await {READ}).length === 0) {{
    await new Promise((done) => setTimeout(done, 100));
  }}
  return {READ};
}}"""
STORED = KEPT % (
    "JSON.stringify(records, (_, value) => (ArrayBuffer.isView(value) ? String.fromCharCode(...value) : value))"
)
# Where the line that begins so stands on the screen, in each frame.
FOLLOW = """(words) => {
  globalThis.tops = [];
  const look = () => {
    const lines = [...document.querySelectorAll('[data-testid="post-body"] p')];
    const line = lines.find(({ textContent }) => textContent.startsWith(words));
    tops.push(line ? line.getBoundingClientRect().top : -1e6);
    requestAnimationFrame(look);
  };
  look();
}"""


def edit(person: Person, post: str) -> None:
    person.open(f"{post}edit/")
    expect(person.page.locator("post-editor[data-ready]")).to_be_attached()


def text_of(person: Person) -> str:
    return person.page.get_by_label("Text", exact=True).input_value()


def test_an_edit_comes_to_open_pages_and_of_two_saves_the_second_is_told(site: Site, person):
    alice, bob, carol = person("Alice"), person("Bob"), person("Carol")
    for each in (alice, bob, carol):
        each.arrive()
    slug = alice.has_group("Walkers")
    link = alice.has_link(slug)
    bob.has_joined(link)
    post = alice.publish(slug, title="On the ridge", text="It was *windy*.")
    carol.has_joined(link)
    bob.open(post)
    expect(bob.body).to_have_text("It was windy.")
    expect(bob.page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)

    alice.open(post)
    alice.page.get_by_role("link", name="Edit", exact=True).click()
    expect(alice.page.locator("post-editor[data-ready]")).to_be_attached()
    expect(alice.page.get_by_label("Title", exact=True)).to_have_value("On the ridge")
    assert text_of(alice) == "It was *windy*."
    second = alice.another_tab(f"{post}edit/")
    expect(second.page.locator("post-editor[data-ready]")).to_be_attached()
    alice.page.get_by_label("Text", exact=True).fill("It was *calm*.")
    alice.press("Save")

    # Her page, and Bob's, which nobody touched.
    expect(alice.article).to_have_attribute("data-revision", "2")
    expect(alice.body).to_have_text("It was calm.")
    expect(alice.article).not_to_have_attribute("data-edit", "queued")
    expect(bob.article).to_have_attribute("data-revision", "2")
    expect(bob.body).to_have_text("It was calm.")
    expect(bob.article).to_contain_text("Edited")
    expect(bob.article).to_have_attribute("data-signed", "yes")
    # Who could not read it before can't now.
    carol.open(post)
    expect(carol.article).to_have_attribute("data-access", "no-key")

    second.page.get_by_label("Text", exact=True).fill("It was *foggy*.")
    second.press("Save")
    other = second.page.locator("[data-other]")
    expect(other).to_be_visible()
    expect(other.locator("[data-other-text]")).to_have_text("It was *calm*.")
    assert text_of(second) == "It was *foggy*."
    second.press("Save")
    expect(second.article).to_have_attribute("data-revision", "3")
    expect(bob.body).to_have_text("It was foggy.")

    # So is who comes back to a draft of what has another text by now.
    third = second.another_tab(f"{post}edit/")
    expect(third.page.locator("post-editor[data-ready]")).to_be_attached()
    third.page.get_by_label("Text", exact=True).fill("It was *cold*.")
    expect(third.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    edit(alice, post)
    alice.page.get_by_label("Text", exact=True).fill("It was *foggy*!")
    alice.press("Save")
    expect(alice.article).to_have_attribute("data-revision", "4")
    edit(third, post)
    expect(third.page.locator("[data-other-text]")).to_have_text("It was *foggy*!")
    assert text_of(third) == "It was *cold*."
    third.press("Discard")
    third.page.locator("#discard [type=submit]").click()

    # What was left unsent waits for its author, and discarding it leads back to what is published.
    edit(alice, post)
    alice.page.get_by_label("Text", exact=True).fill("Half a thought")
    expect(alice.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    edit(alice, post)
    assert text_of(alice) == "Half a thought"
    alice.press("Discard")
    alice.page.locator("#discard [type=submit]").click()
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("It was *foggy*!")

    # What it said before, for its author alone.
    alice.open(post)
    alice.page.get_by_role("link", name="Earlier versions", exact=True).click()
    expect(alice.page.locator("[data-version]")).to_have_count(3)
    alice.page.locator("[data-version='1'] a").click()
    version = alice.page.locator("post-version[data-ready]")
    expect(version.get_by_test_id("post-body")).to_have_text("It was windy.")
    alice.press("Compare")
    expect(version.locator("del").first).to_have_text("windy")
    expect(version.locator("ins").first).to_have_text("foggy")
    expect(version).not_to_contain_text("newer text")
    alice.press("Restore")
    alice.page.locator("#restore [type=submit]").click()
    expect(alice.article).to_have_attribute("data-revision", "5")
    expect(bob.body).to_have_text("It was windy.")
    assert bob.status(f"{post}versions/") == 404

    # A site that hides the newest text from somebody who has opened it is found out.
    change(site.database_url, OLDER, uid=post.split("/")[2])
    alice.open(post)
    expect(alice.body).to_have_text("It was calm.")
    expect(alice.article).to_contain_text("This browser has opened a newer text of this post before")
    # Nor does she compare with it, or put an earlier one in its place, without a word.
    alice.open(f"{post}versions/")
    expect(alice.page.locator("[data-doubts]")).to_contain_text("This browser has opened a newer text")


def test_who_has_read_an_earlier_text_can_see_what_changed(site: Site, person):
    alice, bob, carol = person("Alice"), person("Bob"), person("Carol")
    for each in (alice, bob, carol):
        each.arrive()
    slug = alice.has_group("Watchers")
    for each in (bob, carol):
        each.has_joined(alice.has_link(slug))
    marker = f"marker{secrets.token_hex(12)}"
    post = alice.publish(slug, title="By the lake", text=f"It was windy, {marker}.")
    bob.read(post)
    assert bob.page.evaluate(WHEN_READ) == ["local"]
    bob.requests.clear()
    edit(alice, post)
    alice.page.get_by_label("Text", exact=True).fill(f"It was calm, {marker}.")
    alice.press("Save")

    # In the page that was open, and in those that come later.
    expect(bob.article).to_have_attribute("data-revision", "2")
    offered = bob.article.get_by_role("button", name="What changed", exact=True)
    for _ in range(2):
        offered.click()
        expect(bob.article.locator("del")).to_have_text("windy")
        expect(bob.article.locator("ins")).to_have_text("calm")
        expect(bob.body).to_be_hidden()
        expect(offered).to_have_attribute("aria-pressed", "true")
        assert not faults_of(bob.page)
        offered.click()
        expect(bob.body).to_be_visible()
        expect(bob.article.locator("[data-changes]")).to_be_hidden()
        bob.read(post)
    # Who has read nothing of it before, or wrote it, is not asked to compare.
    carol.read(post)
    assert carol.page.evaluate(WHEN_READ) == ["local"]
    expect(carol.article.locator("[data-what-changed]")).to_be_hidden()
    alice.read(post)
    expect(alice.article.locator("[data-what-changed]")).to_have_count(0)
    # What is kept lies under the key that is on the site, and is not told to it.
    kept = bob.page.evaluate(STORED)
    assert post.split("/")[2] in kept
    assert marker not in kept
    bodies = [request.post_data_buffer or b"" for request in bob.requests]
    assert not in_any(bodies, marker.encode())


@pytest.mark.parametrize("paragraphs", [40, 900])
def test_a_reader_s_line_stays_where_it_is_when_the_text_changes(scene: Scene, paragraphs: int):
    alice, bob = scene.alice, scene.bob
    lines = [f"Line {number} of a long walk. {'We went on. ' * 20}" for number in range(paragraphs)]
    post = alice.publish(scene.slug, title="A long walk", text="\n\n".join(lines))
    bob.read(post)
    line = bob.body.locator("p").filter(has_text=f"Line {paragraphs // 2} ")
    line.evaluate("(line) => line.scrollIntoView({ block: 'center' })")
    bob.page.wait_for_timeout(500)
    bob.page.evaluate(FOLLOW, f"Line {paragraphs // 2} ")
    new = [f"New {number}. {'It rained. ' * 40}" for number in range(5)]
    edit(alice, post)
    alice.page.get_by_label("Text", exact=True).fill("\n\n".join([*new, *lines[1:-3], "The end"]))
    alice.press("Save")

    expect(bob.body).to_contain_text("The end")
    bob.page.wait_for_timeout(1_000)
    tops = bob.page.evaluate("tops")
    assert len(tops) > 30
    assert max(tops) - min(tops) < 1, list(dict.fromkeys(tops))
    expect(bob.article).to_have_attribute("data-revision", "2")
    # From the comments, too, nothing moves when the text above them becomes shorter.
    bob.page.set_viewport_size({"width": 1280, "height": 240})
    bob.page.get_by_test_id("comments").evaluate("(place) => place.scrollIntoView({ block: 'start' })")
    bob.page.wait_for_timeout(500)
    place = bob.page.get_by_test_id("comments").bounding_box()
    edit(alice, post)
    alice.page.get_by_label("Text", exact=True).fill("\n\n".join(lines[3:]))
    alice.press("Save")
    expect(bob.body).not_to_contain_text("The end")
    bob.page.wait_for_timeout(1_000)
    now = bob.page.get_by_test_id("comments").bounding_box()
    assert place is not None
    assert now is not None
    assert abs(now["y"] - place["y"]) < 1
