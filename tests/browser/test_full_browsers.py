"""A browser that has hardly any room left for this site, or none: it really keeps to a quota of this site alone."""

import os
import random
import string
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.pages import faults_of
from tests.browser.people import Person
from tests.browser.test_drafts import KEPT, listed, text, titles
from tests.browser.test_files import MIB, add, begin, payload, wait_for
from tests.browser.test_zips import nothing_is_kept, says, start, take

LOW = "This browser has hardly any room left for what it keeps for you."
# For so long Chromium gives out of what room it saw last, milliseconds.
REMEMBERED = 31_000
USED = "async () => (await navigator.storage.estimate()).usage"


@contextmanager
def room(person: Person, size: int) -> Iterator[None]:
    """The browser lets this site keep so many bytes more, and no others."""
    used = person.page.evaluate(USED)
    devtools = person.context.new_cdp_session(person.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": person.url, "quotaSize": used + size})
    yield
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": person.url})
    devtools.detach()


def noise(size: int) -> str:
    """So many letters, which nothing can compress, in short lines and paragraphs."""
    letters = random.Random(size).choices(string.ascii_letters, k=size)  # noqa: S311
    return "".join(
        letter + ("\n\n" if at % 400 == 0 else " " if at % 7 == 0 else "")
        for at, letter in enumerate(letters)
    )


@pytest.mark.timeout(300)
def test_a_browser_that_is_nearly_full_says_so_and_one_that_is_full_loses_no_text(person: Enter):
    kim, lee = person("Kim"), person("Lee")
    for each in (kim, lee):
        each.arrive()
    slug = kim.has_group("Full")
    lee.has_joined(kim.has_link(slug))
    begin(kim, slug, title="Large", text="With a file.")
    add(kim, payload("large.bin", "application/octet-stream", os.urandom(2 * MIB)))
    wait_for(kim, "large.bin")
    kim.press("Publish")
    expect(kim.article).to_have_attribute("data-state", "published")
    kim.write(slug, title="First", text=noise(500_000))
    expect(kim.page.get_by_text(KEPT)).to_be_visible()

    with room(kim, 50_000):
        assert titles(listed(kim)) == ["First"]
        expect(kim.page.get_by_text(LOW)).to_be_visible()
        assert faults_of(kim.page) == []
        kim.page.wait_for_timeout(REMEMBERED)
        kim.page.get_by_label("Add Markdown files", exact=True).set_input_files(
            payload("second.md", "text/markdown", noise(200_000).encode())
        )
        expect(kim.page.get_by_text("No draft could be made of “second.md”")).to_be_visible()
        assert titles(kim.page.locator("[data-draft]")) == ["First"]

        tab = kim.another_tab(f"/groups/{slug}/posts/new/")
        expect(tab.page.get_by_text(LOW)).to_be_visible()
        assert faults_of(tab.page) == []
        tab.page.get_by_label("Title", exact=True).fill("Third")
        text(tab).focus()
        tab.paste(noise(150_000))
        expect(tab.page.get_by_text("Your draft can't be kept in this browser")).to_be_visible()
        assert faults_of(tab.page) == []

        lee.publish(slug, title="From Lee", text=noise(300_000))
        kim.open("/search/")
        expect(kim.page.get_by_text("or has no room left for it, so it can't keep an index")).to_be_visible()
        assert faults_of(kim.page) == []
        # A zip that can't be begun in a file is made in memory; one for which the room ends is none.
        names = take(kim, f"/groups/{slug}/download/").namelist()
        assert [name.split("/")[-1] for name in names if "/files/" in name] == ["large.bin"]
    with room(kim, MIB):
        start(kim, f"/groups/{slug}/download/")
        says(kim, "no-room")
        nothing_is_kept(kim)

    # There is room again: the page tries once more by itself, and nothing was lost.
    expect(tab.page.get_by_text(KEPT)).to_be_visible()
    tab.page.close()
    drafts = listed(kim)
    assert sorted(titles(drafts)) == ["First", "Third"]
    drafts.get_by_role("link", name="Third", exact=True).click()
    expect(text(kim)).to_have_value(noise(150_000))
