"""What a long text has for its readers beside its words."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Scene
from tests.browser.pages import PHONE, WIDE, faults_of
from tests.browser.people import Person

WORDS = "It rained for eleven days, and nobody went out. " * 80
TEXT = f"""[To the end](#the-end), a note[^rain] and the same[^rain].

## The beginning

{WORDS}

### In numbers

- [x] counted
- [ ] weighed

```python
def rain(days: int) -> str:
    return "wet"  # always
```

```unheard-of
def not_coloured
```

| Day | Weight |
| --- | ---: |
| 12 | 24.9 kg |

## The end

<b>End</b> of it.

[^rain]: It *rained*.
"""


def test_a_long_text_has_contents_notes_tasks_and_coloured_code(scene: Scene):
    alice, bob, page = scene.alice, scene.bob, scene.bob.page
    post = alice.publish(scene.slug, title="Eleven days", text=TEXT)
    alice.publish(scene.slug, title="The twelfth", text="Sun.")

    bob.requests.clear()
    body = bob.read(f"{post}#heading-3")

    # The address of a heading leads to it once the text is open.
    expect(body.get_by_role("heading", name="The end")).to_be_in_viewport()
    expect(page.get_by_text("4 minutes to read")).to_be_visible()
    contents = page.get_by_role("navigation", name="Contents")
    assert contents.get_by_role("link").all_text_contents() == ["The beginning", "In numbers", "The end"]
    contents.get_by_role("link", name="The beginning").click()
    expect(body.get_by_role("heading", name="The beginning")).to_be_in_viewport()
    body.get_by_role("link", name="To the end").click()
    expect(page).to_have_url(re.compile("#heading-3$"))
    # Notes: there and back, from both places.
    body.get_by_role("link", name="Footnote 1").last.click()
    expect(body.locator("li:target")).to_contain_text("It rained.")
    expect(body.get_by_role("link", name="Back to the text")).to_have_count(2)
    body.get_by_role("link", name="Back to the text").last.click()
    expect(page).to_have_url(re.compile("#note-1-from-2$"))
    assert body.get_by_role("img").evaluate_all("all => all.map((box) => box.ariaLabel)") == [
        "Done:",
        "To do:",
    ]
    # Code has its colours, word for word; an unheard-of language none.
    expect(body.locator(".code__comment")).to_have_text("# always")
    assert body.locator("pre").all_inner_texts() == [
        'def rain(days: int) -> str:\n    return "wet"  # always\n',
        "def not_coloured\n",
    ]
    assert body.locator("pre").last.locator("span").count() == 0
    assert loads_colours(bob)
    assert body.get_by_role("cell").all_inner_texts() == ["12", "24.9 kg"]
    heading = body.get_by_role("columnheader", name="Weight", exact=True)
    assert heading.evaluate("(cell) => getComputedStyle(cell).textAlign") == "end"
    bob.requests.clear()
    page.get_by_role("navigation", name="More of this group").get_by_role("link", name="Newer").click()
    expect(page.get_by_role("heading", name="The twelfth")).to_be_visible()
    expect(bob.body).to_have_text("Sun.")
    assert not loads_colours(bob)
    # A short text has no contents, and the newest post no newer one.
    expect(contents).to_have_count(0)
    beside = page.get_by_role("navigation", name="More of this group")
    expect(beside.get_by_role("link", name="Newer")).to_have_count(0)
    beside.get_by_role("link", name="Older").click()
    expect(page.get_by_role("heading", name="Eleven days")).to_be_visible()

    bob.read(post)
    assert faults_of(page) == []
    page.emulate_media(media="print")
    for gone in (contents, body.locator(".prose__link").first):
        expect(gone).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    bob.read(post)
    expect(contents.get_by_role("link")).to_have_count(0)
    contents.get_by_text("Contents").click()
    expect(contents.get_by_role("link")).to_have_count(3)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def loads_colours(person: Person) -> bool:
    """Whether the library that colours code was asked for."""
    return any("markdown_colours" in request.url for request in person.requests)
