"""Searching what one can read: found and marked in the browser, of which no word leaves it."""

import re
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Locator, Route, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.comments import comment, press, write
from tests.browser.conftest import Enter
from tests.browser.database import change
from tests.browser.manage import manage
from tests.browser.pages import PHONE, faults_of
from tests.browser.people import Person
from tests.browser.traces import in_any
from tests.site import Site

# The index of this browser: the name of the key that each record lies under, and its bytes as Latin letters.
KEPT = """async () => {
  const answer = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await answer(indexedDB.open(`secureblogs-${document.body.dataset.user}`));
  const records = await answer(database.transaction("index").objectStore("index").getAll());
  database.close();
  return records.map(({ under, sealed }) => [under.split("/")[0], String.fromCharCode(...sealed)]);
}"""
RARE = "quaggamire"
HIGH_ENOUGH = (
    "(all) => all.map((each) => each.offsetParent === null || each.getBoundingClientRect().height >= 44)"
)
LOADED = "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('used_tags'))"


def search(person: Person, words: str) -> Locator:
    """Type this on the page that is open; the results."""
    person.page.get_by_label("Search", exact=True).fill(words)
    return person.page.locator("[data-result]")


def opened(person: Person) -> Person:
    """The page to search on, once its index is whole."""
    person.open("/search/")
    expect(person.page.locator("post-search [data-said=ready]")).to_be_visible()
    return person


def test_what_can_be_read_is_found_and_marked_and_no_word_of_it_leaves_the_browser(site: Site, person: Enter):
    # Of somebody new: what others of these tests published is more than one answer holds.
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Searchers")
    first = alice.publish(slug, title="A walk", text=f"We saw a **{RARE}** and 长江大桥 there.")
    bob = person("Bob")
    bob.arrive()
    bob.has_joined(alice.has_link(slug))
    alice.write(slug, title="Another walk", text="Nothing to be seen of it, in the murmuration.")
    alice.page.get_by_label("Tags", exact=True).fill("weather, autumn")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    second = alice.path
    for each in (alice, bob):
        each.requests.clear()

    opened(alice)
    expect(search(alice, f"{RARE[:5]} wal")).to_have_count(1)
    result = alice.page.locator("[data-result]")
    expect(result.locator("mark")).to_have_text(["walk", RARE])
    expect(result).to_contain_text("Searchers")
    expect(alice.page.get_by_text("Found: 1", exact=True)).to_be_visible()
    expect(search(alice, "大桥").locator("mark")).to_have_text(["大桥"])
    expect(search(alice, "murmuration")).to_have_attribute("data-result", second.split("/")[2])
    assert faults_of(alice.page) == []
    expect(search(alice, "autumn")).to_contain_text("weather · autumn")
    search(alice, "")
    alice.page.get_by_label("Tag", exact=True).select_option("weather")
    expect(result).to_have_attribute("data-result", second.split("/")[2])
    alice.page.get_by_label("Tag", exact=True).select_option("Any tag")
    # Who came later finds what they can read.
    opened(bob)
    expect(search(bob, "walk")).to_have_count(1)
    expect(search(bob, RARE)).to_have_count(0)
    expect(bob.page.get_by_text("Nothing found.")).to_be_visible()

    # Filters, also without a word.
    search(alice, "")
    alice.page.get_by_label("Group", exact=True).select_option("Searchers")
    expect(alice.page.locator("[data-result]")).to_have_count(2)
    old = "UPDATE posts_post SET submitted_at = submitted_at - %(age)s WHERE uid = %(post)s"
    assert change(site.database_url, old, age=timedelta(days=20), post=first.split("/")[2]) == 1
    opened(alice)
    alice.page.get_by_label("Group", exact=True).select_option("Searchers")
    alice.page.get_by_label("Time", exact=True).select_option("The last week")
    expect(alice.page.locator("[data-result]")).to_have_count(1)
    alice.page.get_by_label("Author", exact=True).select_option("Alice")
    alice.page.get_by_role("link", name="Another walk", exact=True).click()
    expect(alice.body).to_contain_text("in the murmuration")

    # The second time there was nothing to be fetched but the list; and no word of it all was sent.
    contents = [request for request in alice.requests if "contents.json" in request.url]
    assert len(contents) == 1
    sent = [
        part for request in alice.requests for part in (request.url.encode(), request.post_data_buffer or b"")
    ]
    assert in_any(sent, first.split("/")[2].encode())
    assert not in_any(sent, RARE[:5].encode())
    assert not in_any(sent, b"murmuration")


def test_the_index_follows_what_is_published_and_ends_with_the_key(scene, person: Enter):
    alice = scene.alice
    slug = alice.has_group("Followers")
    nora = person("Nora")
    nora.arrive()
    nora.has_joined(alice.has_link(slug))
    post = alice.publish(slug, title="Kept", text=f"The {RARE}.")
    phone = another_browser(person, nora)
    phone.open("/search/")
    expect(phone.page.get_by_text("This browser can't open your posts yet.")).to_be_visible()
    add_browser(phone, of=nora)
    opened(phone)
    phone.hears(1)
    expect(search(phone, RARE)).to_have_count(1)
    ((under, sealed),) = phone.page.evaluate(KEPT)
    assert under == "local"
    assert RARE not in sealed

    alice.publish(slug, title="Told", text=f"One more {RARE}.")
    expect(phone.page.locator("[data-result]")).to_have_count(2)
    assert alice.send(f"{post}delete/", {}).status in {200, 302}
    expect(phone.page.locator("[data-result]")).to_have_count(1)

    nora.open("/keys/")
    expect(nora.page.locator("[data-device][data-this]")).to_be_visible()
    other = nora.page.locator("[data-device]:not([data-this])")
    other.get_by_role("button", name="Remove", exact=True).click()
    nora.press("Replace my key")
    expect(nora.page).to_have_url(re.compile("/keys/$"))
    expect(phone.page.locator("[data-result]")).to_have_count(0)
    expect(phone.page.get_by_label("Search", exact=True)).to_have_value("")
    assert phone.page.evaluate(KEPT) == []


def test_a_comment_is_found_by_its_words_and_leads_to_its_place(scene, person: Enter):
    alice = scene.alice
    slug = alice.has_group("Listeners")
    nora = person("Nora", viewport=PHONE, has_touch=True)
    nora.arrive()
    nora.has_joined(alice.has_link(slug))
    post = alice.publish(slug, title="Heard at dusk", text="The reeds were still.")
    nora.read(post)
    write(nora, f"A <b>bittern</b> of {RARE}s, 麻鳽在叫。")
    said = comment(nora, RARE)
    expect(said).to_be_visible()
    uid = said.get_attribute("data-comment")
    for each in (alice, nora):
        each.requests.clear()

    opened(nora).hears(1)
    result = search(nora, "bittern")
    expect(result).to_have_attribute("data-result", post.split("/")[2])
    found = result.locator("[data-found-comment]")
    expect(found).to_have_attribute("data-found-comment", str(uid))
    expect(found.locator("mark")).to_have_text(["bittern"])
    # What somebody wrote is text.
    expect(found).to_contain_text("A <b>bittern</b> of")
    expect(found.get_by_role("link", name="Comment by Nora", exact=True)).to_be_visible()
    expect(search(nora, "麻鳽").locator("mark")).to_have_text(["麻鳽"])
    expect(search(nora, "reeds bittern")).to_have_count(0)
    search(nora, "")
    nora.page.get_by_label("Author", exact=True).select_option("Nora")
    expect(search(nora, "dusk")).to_have_count(0)
    expect(search(nora, RARE)).to_have_count(1)
    # All of it is large enough for a finger.
    fields = nora.page.locator("post-search").locator("input, select")
    assert fields.evaluate_all(HIGH_ENOUGH) == [True] * 5
    assert faults_of(nora.page) == []
    nora.page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    # Edited and deleted elsewhere, while the page is open.
    second = nora.another_tab(f"{post}#comment-{uid}")
    press(comment(second, RARE), "Edit comment")
    second.page.get_by_label("Your comment", exact=True).fill("A heron.")
    press(comment(second, RARE), "Save comment")
    expect(search(nora, "heron")).to_have_count(1)
    expect(search(nora, RARE)).to_have_count(0)
    expect(search(nora, "heron")).to_have_count(1)
    nora.page.get_by_role("link", name="Comment by Nora", exact=True).tap()
    expect(comment(nora, "A heron.")).to_be_focused()
    opened(nora).hears(1)
    expect(search(nora, "heron")).to_have_count(1)
    assert second.send(f"/comments/{uid}/delete/", {}).status == 200
    expect(nora.page.locator("[data-result]")).to_have_count(0)

    sent = [
        part for request in nora.requests for part in (request.url.encode(), request.post_data_buffer or b"")
    ]
    assert in_any(sent, post.split("/")[2].encode())
    assert not in_any(sent, b"bittern")


def test_any_open_page_keeps_the_index_up_and_tags_used_before_are_offered_to_its_person_alone(
    person: Enter,
):
    alice = person("Alice")
    alice.arrive()
    slug, other = alice.has_group("Tagged"), alice.has_group("Elsewhere")
    for group, tags in ((slug, "walks, autumn"), (other, "recipes")):
        alice.write(group, title=f"In {group}", text=f"The {RARE}.")
        alice.page.get_by_label("Tags", exact=True).fill(tags)
        alice.press("Publish")
        expect(alice.article).to_have_attribute("data-state", "published")

    alice.open("/groups/")
    for _ in range(90):
        if len(alice.page.evaluate(KEPT)) == 2:
            break
        alice.page.wait_for_timeout(1_000)
    assert len(alice.page.evaluate(KEPT)) == 2

    alice.open(f"/groups/{slug}/posts/new/")
    alice.page.wait_for_selector("[data-ready]")
    alice.requests.clear()
    field = alice.page.get_by_label("Tags", exact=True)
    field.focus()
    offered = alice.page.locator("[data-used-tag]")
    # Those of the group first, and by the keyboard.
    expect(offered).to_have_text(["Add the tag walks", "Add the tag autumn", "Add the tag recipes"])
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("button", name="Add the tag walks", exact=True)).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(field).to_have_value("walks, ")
    expect(field).to_be_focused()
    alice.page.keyboard.type("rec")
    expect(offered).to_have_text(["Add the tag recipes"])
    assert faults_of(alice.page) == []
    offered.click()
    expect(field).to_have_value("walks, recipes, ")
    expect(offered).to_have_text(["Add the tag autumn"])
    sent = [
        part for request in alice.requests for part in (request.url.encode(), request.post_data_buffer or b"")
    ]
    assert not in_any(sent, b"recipes")
    alice.page.get_by_label("Title", exact=True).fill("Both")
    alice.page.get_by_label("Text", exact=True).fill("x")
    alice.press("Publish")
    expect(alice.page.locator("[data-tag]")).to_have_text(["walks", "recipes"])

    # Somebody else comes to the same browser.
    alice.send_form("/accounts/logout/")
    bob = replace(alice, name="Bob", email=f"bob-{alice.email}")
    bob.arrive()
    own = bob.has_group("Bob's")
    opened(bob)
    expect(search(bob, RARE)).to_have_count(0)
    expect(bob.page.get_by_text("Nothing found.")).to_be_visible()
    bob.open(f"/groups/{own}/posts/new/")
    bob.page.wait_for_selector("[data-ready]")
    bob.page.get_by_label("Tags", exact=True).focus()
    bob.page.wait_for_function(LOADED)
    expect(bob.page.locator("[data-used-tag]")).to_have_count(0)


def test_the_index_is_searched_while_it_is_made(site: Site, person: Enter):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Many")
    # Any open page makes the index, half a minute after the news.
    alice.page.goto("about:blank")
    manage(
        site,
        "from tests.browser.many_posts import publish_many; from groups.models import Group; "
        f"publish_many(Group.objects.get(slug='{slug}'), 'Program', posts=45)",
    )
    held: list[Route] = []
    contents = "**/search/contents.json*"

    def hold_the_second(route: Route) -> None:
        held.append(route)
        if len(held) != 2:
            route.continue_()

    alice.page.route(contents, hold_the_second)
    alice.open("/search/")

    expect(
        alice.page.get_by_text("Reading your posts into the index of this browser: 20 of 45.")
    ).to_be_visible()
    bar = alice.page.get_by_role("progressbar", name="How far the index is", exact=True)
    assert bar.evaluate("({ value, max }) => [value, max]") == [20, 45]
    expect(search(alice, "windy")).to_have_count(20)
    assert faults_of(alice.page) == []
    # Of all steps a screen reader says the first one and the last one.
    says = alice.page.locator("post-search [data-says]")
    expect(says).to_have_attribute("aria-live", "off")
    held[1].continue_()
    expect(alice.page.get_by_text("Posts that can be searched: 45.")).to_be_visible()
    expect(bar).to_be_hidden()
    expect(alice.page.locator("[data-result]")).to_have_count(45)
    assert len(held) == 3
    expect(says).to_have_attribute("aria-live", "polite")
