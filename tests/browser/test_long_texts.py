"""Texts that a dishonest author, or a very diligent one, could hold up their readers' browsers with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Scene
from tests.browser.people import Person
from tests.browser.test_editing import WHEN_READ

MOST = 400  # milliseconds in which a tab does nothing else, on a machine that lays a certain list out in PACE
PACE = 65  # milliseconds
# What else the machine does can only make a pause longer, so the shortest of so many counts.
TRIES = 3
MIB = 1 << 20
WORDS = "It rained for eleven days, and nobody went out. "


def filled(unit: str, size: int = MIB) -> str:
    """As many of these as fit into a text."""
    return unit * (size // len(unit.encode()))


def strong(kilobytes: int) -> str:
    number = kilobytes * 1024 // 8
    return "**x " * number + "x** " * number


# Each is the worst of its kind that was found: what takes long to parse, what a block may just have, what a browser
# sets slowly, and what comes in many parts. A language without spaces is one for which browsers look words up.
TEXTS = {
    "emphasis": strong(800),
    "addresses in one paragraph": "http://a.b " * 90_000,
    "as many links as a block may have": "[a](/b) " * 4_990,
    "deep quotes": "\n".join("> " * depth + "x" for depth in range(1, 600)),
    "a list as long as a block may be": "- a\n  - b\n    - c\n" * 830,
    "a table as large as a block may be": "|a|b|c|d|e|\n|-|-|-|-|-|\n" + "|1|2|3|4|5|\n" * 800,
    "quotes with a long text": "> " * 90 + "word " * 4_990,
    "as many turns as a block may have": "a\u05d0b " * 6_240,
    "short paragraphs": filled("a\n\n"),
    "short lines": filled("a\n"),
    "one word of hyphens": filled("a-"),
    "accents": "a" + filled("\u0301", MIB - 2),
    "letters of both directions": filled("a\u05d0"),
    "a language without spaces": filled("\u1780\u17d2\u1780"),
    "footnotes": filled("a[^b]^[*c*] d\n\n", MIB - 10) + "[^b]: e\n",
    "as many pieces of code as a block may have": ("~~~js\n" + "if (1) 'a'; // b\n" * 1_200 + "~~~\n\n") * 20,
    "code that one expression reads again and again": "~~~js\n"
    + "/" * 24_000
    + "\n~~~\n\n~~~xml\n"
    + "<a " * 8_000,
    "everything": filled(
        f"## A\n\n{WORDS * 4}**b** [c](#a)\n\n- d\n\n> e\n\n```\nf\n```\n\n|g|\n|-|\n|h|\n\n"
    ),
}
READ = (
    "as many links as a block may have",
    "short paragraphs",
    "accents",
    "as many pieces of code as a block may have",
)
CHANGED = ("short lines", "letters of both directions", "everything")

# The field is hidden first, as it is under a preview: what a browser takes to lay out such a text in a field of its own
# is not what is measured here.
WRITE = """(text) => {
  const field = document.querySelector("#text");
  field.closest("[data-writing]").hidden = true;
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""
# The field says that it has the text, and never shows it.
HAVE_WRITTEN = """(text) => {
  const field = document.querySelector("#text");
  Object.defineProperty(field, "value", { get: () => text, set() {} });
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""
# The longest task of the page from here on, and the longest pause between two timers.
WATCH = """() => {
  const seen = window.seen = { longest: 0, isOver: false };
  const note = (duration) => { seen.longest = Math.max(seen.longest, Math.round(duration)); };
  let last = performance.now();
  const tick = () => { note(performance.now() - last); last = performance.now(); seen.isOver || setTimeout(tick); };
  setTimeout(tick);
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => note(duration)))
    .observe({ type: "longtask" });
}"""
# Scrolls to the end by way of the middle. What comes into view is laid out and drawn within two frames.
LOOK_AROUND = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (const share of [0.25, 0.5, 0.75, 1, 1]) {
    scrollTo(0, share * document.body.scrollHeight);
    await frame();
    await frame();
  }
}"""
# What an author would wait for if the field were laid out anew.
LAY_OUT_AGAIN = f"""async () => {{
  const field = document.querySelector("#text");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  field.style.display = "none";
  await frame();
  ({WATCH})();
  await frame();
  field.style.display = "";
  await frame();
  await frame();
}}"""
# The milliseconds that a browser takes for a list of a page of its own: a slower machine takes longer for all pages.
LAY_OUT_A_LIST = """() => {
  const list = document.createElement("ul");
  list.innerHTML = "<li>a<ul><li><a href='/b'>b</a></li></ul></li>".repeat(700);
  const begun = performance.now();
  document.body.append(list);
  list.getBoundingClientRect();
  return performance.now() - begun;
}"""
END = "() => { window.seen.isOver = true; return window.seen.longest; }"
SHOWN = "[data-preview-place]:not([hidden]) [data-preview-text]:not([aria-busy]):not(:empty)"
AS_TYPED = "This text would keep the browser busy for too long, so it is shown as it was typed."
PARTLY = "Parts of this text would keep the browser busy for too long, so they are shown as they were typed."


def preview(page: Page, text: str) -> None:
    page.evaluate(WRITE, text)
    show_preview(page)


def show_preview(page: Page) -> None:
    # To find a button by its role, the driver would look at every element of a preview that is there already.
    page.locator("[data-preview]").dispatch_event("click")
    page.wait_for_selector(SHOWN, timeout=60_000)


@contextmanager
def tab(person: Person) -> Iterator[Page]:
    """A tab of its own for each text, so that one that hangs holds up no other."""
    page = person.context.new_page()
    yield page
    page.close()


def pause_of_preview(author: Person, slug: str, text: str) -> int:
    """For how many milliseconds the preview of a text, and a look at all of it, keep the tab."""
    with tab(author) as page:
        page.goto(f"{author.url}/groups/{slug}/posts/new/")
        page.wait_for_selector("[data-ready]")
        page.evaluate(WRITE, text)
        page.evaluate(WATCH)
        show_preview(page)
        page.evaluate(LOOK_AROUND)
        return int(page.evaluate(END))


def pause_of_reading(reader: Person, post: str) -> int:
    """The same for a post, from the first script of its page on."""
    with tab(reader) as page:
        page.add_init_script(f"({WATCH})()")
        page.goto(f"{reader.url}{post}")
        page.wait_for_selector('[data-access="open"]', timeout=60_000)
        page.evaluate(LOOK_AROUND)
        return int(page.evaluate(END))


@pytest.mark.alone
def test_no_text_keeps_the_tab_of_its_author_for_longer_than_a_moment(person: Enter, record_property):
    alice = person("Alice")
    alice.sign_up()
    slug = alice.make_group("Walkers")

    pauses = {name: shortest(pause_of_preview, alice, slug, text) for name, text in TEXTS.items()}

    tell(pauses, record_property)
    assert {name: pause for name, pause in pauses.items() if pause > MOST} == {}


def publish_unseen(author: Person, slug: str, *, title: str, text: str) -> str:
    """Publish a text that no field ever showed: some of them a browser sets for minutes. The post's path."""
    author.open(f"/groups/{slug}/posts/new/")
    author.page.wait_for_selector("[data-ready]")
    author.page.get_by_label("Title", exact=True).fill(title)
    author.page.evaluate(HAVE_WRITTEN, text)
    author.press("Publish")
    expect(author.article).to_have_attribute("data-state", "published")
    return author.path


@pytest.mark.alone
def test_no_text_keeps_the_tab_of_a_reader_for_longer_than_a_moment(scene: Scene, record_property):
    posts = {name: publish_unseen(scene.alice, scene.slug, title=name, text=TEXTS[name]) for name in READ}
    scene.alice.page.goto("about:blank")

    pauses = {name: shortest(pause_of_reading, scene.bob, post) for name, post in posts.items()}

    tell(pauses, record_property)
    assert {name: pause for name, pause in pauses.items() if pause > MOST} == {}


def pause_of_comparing(reader: Person, post: str) -> int:
    """The same for what changed since the reader was here before, from the press of the button on."""
    with tab(reader) as page:
        page.goto(f"{reader.url}{post}")
        page.wait_for_selector("[data-what-changed][data-offered]", timeout=60_000)
        page.evaluate(WATCH)
        page.locator("[data-what-changed] button").dispatch_event("click")
        page.wait_for_selector("[data-changes-text]:not([aria-busy]) ins", timeout=60_000, state="attached")
        page.evaluate(LOOK_AROUND)
        return int(page.evaluate(END))


def revise_unseen(author: Person, post: str, *, text: str) -> None:
    author.open(f"{post}edit/")
    author.page.wait_for_selector("[data-ready]")
    author.page.evaluate(HAVE_WRITTEN, text)
    author.press("Save")
    expect(author.article).to_have_attribute("data-revision", "2")


@pytest.mark.alone
def test_what_changed_keeps_the_tab_of_a_reader_for_no_longer_than_a_moment(scene: Scene, record_property):
    texts = {name: TEXTS[name] for name in CHANGED}
    posts = {name: publish_unseen(scene.alice, scene.slug, title=name, text="a") for name in texts}
    pauses = {}

    for name, post in posts.items():
        scene.bob.read(post)
        assert scene.bob.page.evaluate(WHEN_READ)
        revise_unseen(scene.alice, post, text=texts[name])
        scene.alice.page.goto("about:blank")
        scene.bob.page.goto("about:blank")
        pauses[name] = shortest(pause_of_comparing, scene.bob, post)

    tell(pauses, record_property)
    assert {name: pause for name, pause in pauses.items() if pause > MOST} == {}


def pauses_of_closing(author: Person, slug: str, text: str) -> tuple[int, int]:
    """The same for the end of a preview, when the field is seen again; and for a field that is laid out again."""
    with tab(author) as page:
        page.goto(f"{author.url}/groups/{slug}/posts/new/")
        page.wait_for_selector("[data-ready]")
        page.wait_for_function(
            "() => [...document.fonts].some((font) => `${font.style} ${font.status}` === 'italic loaded')"
        )
        page.locator("#text").evaluate("(field, text) => { field.value = text; }", text)
        page.evaluate(LOOK_AROUND)
        show_preview(page)
        page.evaluate(WATCH)

        page.get_by_role("button", name="Preview", exact=True).dispatch_event("click")
        expect(page.locator("#text")).to_be_visible()
        pause = int(page.evaluate(END))
        page.evaluate(LAY_OUT_AGAIN)
        return pause, int(page.evaluate(END))


@pytest.mark.alone
def test_a_field_is_not_laid_out_again_when_its_preview_is_closed(scene: Scene, record_property):
    pause, again = pauses_of_closing(scene.alice, scene.slug, TEXTS["everything"])

    tell({"closing": pause, "laid out again": again}, record_property)
    # A slow machine takes longer than the limit to paint such a field; to lay it out takes it several times as long.
    assert pause <= max(MOST, again / 2)


def shortest(measure: Callable[..., int], person: Person, *page: str) -> int:
    """The shortest pause of somebody's page, measured until one is short enough; on a slow machine, its share."""
    pauses: list[int] = []
    while len(pauses) < TRIES and min(pauses, default=MOST + 1) > MOST:
        pause = measure(person, *page)
        pauses.append(pause if pause <= MOST else round(pause / slowness(person)))
    return min(pauses)


def slowness(person: Person) -> float:
    """How many times as long as PACE this machine takes now, at least 1."""
    with tab(person) as page:
        return max(1.0, min(float(page.evaluate(LAY_OUT_A_LIST)) for _ in range(TRIES)) / PACE)


def tell(pauses: dict[str, int], record_property: Callable[[str, object], None]) -> None:
    record_property("milliseconds", pauses)
    print(*(f"\n{name}: {pause} ms" for name, pause in pauses.items()))


def test_author_and_readers_are_told_what_is_shown_as_it_was_typed(scene: Scene):
    alice, bob = scene.alice, scene.bob
    alice.write(scene.slug, title="Elaborate", text="x")
    preview(alice.page, f"{strong(48)}\n\nThe *end*.")
    expect(alice.page.get_by_text(PARTLY)).to_be_visible()
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")

    body = bob.read(alice.path)

    expect(bob.page.get_by_text(PARTLY)).to_be_visible()
    expect(body.locator("em")).to_have_text("end")
    assert body.locator("strong").count() == 0
    assert "**x **x **x" in (body.text_content() or "")


def test_a_text_that_takes_too_long_to_parse_is_shown_as_it_was_typed(scene: Scene):
    page = scene.alice.page
    text = TEXTS["addresses in one paragraph"]
    scene.alice.write(scene.slug, title="Endless", text="x")

    preview(page, text)

    expect(page.get_by_text(AS_TYPED)).to_be_visible()
    assert page.locator("[data-preview-text]").text_content() == text
    # The next one is as it should be.
    scene.alice.press("Preview")
    preview(page, "Short *again*.")
    expect(page.get_by_text(AS_TYPED)).to_be_hidden()
    expect(page.locator("[data-preview-text] em")).to_have_text("again")


@pytest.mark.parametrize(
    ("text", "tag", "number"),
    [("a\n\n" * 50_000, "p", 50_000), ("![a](https://example.org/)\n\n" * 10_000, "a", 10_000)],
    ids=["short paragraphs", "pictures"],
)
def test_many_small_parts_are_all_laid_out(scene: Scene, text: str, tag: str, number: int) -> None:
    page = scene.bob.page
    post = scene.alice.publish(scene.slug, title="Many", text=text)
    scene.alice.page.goto("about:blank")

    scene.bob.open(post)
    page.wait_for_selector('[data-access="open"]', timeout=60_000)

    assert page.evaluate(f"document.querySelectorAll('[data-testid=post-body] {tag}').length") == number
