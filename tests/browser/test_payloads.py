"""Whatever somebody writes stays text: nothing runs, loads, leaves, or becomes an element that Markdown has not."""

import re

import pytest
from playwright.sync_api import expect

from secureblogs.crypto.documents import MAX_TAG
from tests.browser.conftest import Scene
from tests.browser.database import change
from tests.browser.payloads import LINES, TEXTS
from tests.site import Site

# Elements and attributes of a text that are none of Markdown's own, each with the payload it is of.
UNEXPECTED = r"""
(body) => {
  const LINK = /^(?:https?:\/\/|mailto:|\/[^/\\]|#(?:heading|note)-\d+(?:-from-\d+)?$)/;
  const ID = /^heading-\d+$/;
  const WORDS = /^(?:Link to this heading|Footnote \d+|Back to the text)$/;
  const ALLOWED = {
    A: { href: LINK, target: /^_blank$/, rel: /^noopener noreferrer nofollow$/, title: /^/, id: /^note-\d+-from-\d+$/,
      class: /^prose__link$/, "aria-label": WORDS },
    LI: { id: /^note-\d+$/, class: /^prose__task$/ },
    SPAN: { class: /^code__[a-z]+$/, role: /^img$/, "aria-label": /^(?:To do|Done):$/ },
    TH: { align: /^(?:left|center|right)$/ }, TD: { align: /^(?:left|center|right)$/ },
    OL: { start: /^\d+$/ }, DIV: { class: /^prose__(?:scroll|part)$/, tabindex: /^0$/ }, PRE: { tabindex: /^0$/ },
    H2: { id: ID }, H3: { id: ID }, H4: { id: ID }, H5: { id: ID }, H6: { id: ID },
  };
  for (const name of "P BR HR BLOCKQUOTE CODE EM STRONG S SUP UL TABLE THEAD TBODY TR".split(" ")) {
    ALLOWED[name] = {};
  }
  let payload = "";
  const found = [];
  for (const element of body.querySelectorAll("*")) {
    if (/^payload \d+$/.test(element.textContent)) {
      payload = element.textContent;
    }
    const attributes = ALLOWED[element.nodeName];
    const isAllowed = attributes && [...element.attributes].every(({ name, value }) => attributes[name]?.test(value));
    if (!isAllowed) {
      found.push(`${payload}: ${element.cloneNode().outerHTML}`);
    }
  }
  return found;
}
"""
# No page of the site has any of these, wherever they would come from.
FOREIGN = """
() => [...document.querySelectorAll("*")].filter((element) =>
  /^(?:img|svg|math|iframe|object|embed|base|video|audio|style|frame|b)$/i.test(element.nodeName)
  || element.matches("meta[http-equiv], form[action]:not([action^='/'])")
  || (element.nodeName === "SCRIPT" && element.type !== "application/json" && !element.src.startsWith(origin))
  || [...element.attributes].some(({ name }) => name.startsWith("on") || name === "style")
).map((element) => element.outerHTML.slice(0, 200))
"""


RENAME_POST = """
    UPDATE posts_revision SET title = %(name)s WHERE id = (SELECT current_id FROM posts_post WHERE uid = %(uid)s)
"""
RENAME_GROUP = "UPDATE groups_group SET name = %(name)s, description = %(text)s::text WHERE slug = %(slug)s"
RENAME_PERSON = "UPDATE accounts_user SET name = %(name)s WHERE email = %(email)s"


def test_the_searches_find_what_they_are_for(scene):
    scene.bob.read(scene.post)
    scene.bob.body.evaluate("(body) => body.append(document.createElement('svg'))")

    assert scene.bob.body.evaluate(UNEXPECTED) == [": <svg></svg>"]
    assert scene.bob.page.evaluate(FOREIGN) == ["<svg></svg>"]


@pytest.mark.parametrize("half", [0, 1])
def test_no_text_becomes_more_than_markdown(scene, half):
    chosen = list(enumerate(TEXTS))[half::2]
    text = "\n\n".join(f"payload {number}\n\n{payload}" for number, payload in chosen)
    alice, bob = scene.alice, scene.bob
    alice.write(scene.slug, title="<img src=x onerror=alert(0)>", text=text)
    tags = [line for line in LINES if len(line) <= MAX_TAG and "," not in line][half::2]
    alice.page.get_by_label("Tags", exact=True).fill(", ".join(tags))
    alice.press("Preview")
    expect(alice.page.get_by_text(f"payload {chosen[-1][0]}", exact=True)).to_be_visible()
    # The last code of each half gets its colours last.
    expect(alice.page.locator("[data-preview-text] pre").last.locator(".code__comment")).to_be_visible()
    assert alice.page.locator("[data-preview-text]").evaluate(UNEXPECTED) == []
    preview = alice.page.locator("[data-preview-text]").inner_html()
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")

    bob.read(alice.path)
    expect(bob.body.locator("pre").last.locator(".code__comment")).to_be_visible()

    assert bob.body.evaluate(UNEXPECTED) == []
    # Signs that turn the direction are left out of tags, as of titles.
    without = [re.sub("[\u202a-\u202e\u2066-\u2069]", "", tag) for tag in tags]
    assert bob.page.locator("[data-tag]").all_text_contents() == without
    # The preview shows what readers see.
    assert bob.body.inner_html() == preview
    assert bob.page.evaluate(FOREIGN) == []
    for number, _ in chosen:
        assert bob.page.get_by_text(f"payload {number}", exact=True).count() == 1
    # Over everything once, as a reader's mouse and keyboard go.
    for link in bob.body.get_by_role("link").all():
        link.hover()
        link.focus()
    assert bob.page.url.endswith(alice.path)
    # In the results of a search, too: titles, tags and what stands around the words.
    bob.open("/search/")
    # Of some posts of the group others of these tests may have spoilt the text.
    expect(
        bob.page.locator("post-search").locator("[data-said=ready], [data-said=some-closed]")
    ).to_be_visible()
    bob.page.get_by_label("Search", exact=True).fill(f"alert payload {chosen[-1][0]}")
    result = bob.page.locator(f"[data-result='{alice.path.split('/')[2]}']")
    expect(result.locator("mark").first).to_be_visible()
    assert result.get_by_role("heading").text_content() == "<img src=x onerror=alert(0)>"
    assert bob.page.evaluate(FOREIGN) == []


def test_titles_and_names_are_text_wherever_they_stand(site, scene):
    bob, page = scene.bob, scene.bob.page
    for payload in LINES:
        named(site, scene, post=payload, group=payload, text=payload, person=payload)

        bob.read(scene.post)
        assert page.locator("h1").text_content() == payload
        assert page.title() == shown_in_a_title(payload)
        expect(page.get_by_text("Its author sealed it under another title")).to_contain_text("“On the ridge”")
        assert page.locator(".post__group a").text_content() == payload
        assert page.evaluate(FOREIGN) == []
        scene.alice.open(f"/groups/{scene.slug}/members/")
        assert scene.alice.page.locator("tbody th bdi").all_text_contents()[1] == payload
        assert scene.alice.page.evaluate(FOREIGN) == []
        bob.open(f"/groups/{scene.slug}/")
        assert page.locator(".masthead__name").text_content() == payload
        assert (page.locator(".masthead__description").text_content() or "").strip() == payload
        assert page.evaluate(FOREIGN) == []
    named(site, scene, post="On the ridge", group="Walkers", text="We walk.", person="Bob")


def test_a_sealed_title_is_text_where_it_differs(site, scene):
    payload = "{title}<img src=x onerror=alert(1)>{address}</template>"
    post = scene.alice.publish(scene.slug, title=payload, text="x")
    change(site.database_url, RENAME_POST, name="Another", uid=post.split("/")[2])

    scene.bob.read(post)

    expect(scene.bob.page.get_by_text("Its author sealed it under another title")).to_contain_text(
        f"“{payload}”"
    )
    assert scene.bob.page.evaluate(FOREIGN) == []


def named(site: Site, scene: Scene, *, post: str, group: str, text: str, person: str) -> None:
    """Give the scene's post, group and Bob other names, past every form that could refuse one."""
    uid = scene.post.split("/")[2]
    assert change(site.database_url, RENAME_POST, name=post, uid=uid) == 1
    assert change(site.database_url, RENAME_GROUP, name=group, text=text, slug=scene.slug) == 1
    assert change(site.database_url, RENAME_PERSON, name=person, email=scene.bob.email) == 1


def shown_in_a_title(text: str) -> str:
    """A browser runs the spaces of a title together."""
    return " ".join(f"{text} · SecureBlogs".split())
