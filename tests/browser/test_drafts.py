"""Drafts on every device of a person: listed, changed on two at once, offline, ended, and made of files."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.conftest import Enter, Scene
from tests.browser.pages import PHONE, faults_of
from tests.browser.people import Person
from tests.browser.test_files import add, begin, downloaded, payload, wait_for
from tests.browser.test_payloads import FOREIGN

KEPT = "Draft kept in this browser, encrypted."
EVERYWHERE = f"{KEPT} Your other devices have it, too."


def text(person: Person) -> Locator:
    return person.page.get_by_label("Text", exact=True)


def listed(person: Person) -> Locator:
    """The drafts of the page that lists them, when it has those of all devices."""
    person.open("/drafts/")
    expect(person.page.locator("draft-list[data-ready]")).to_be_attached()
    return person.page.locator("[data-draft]")


def titles(drafts: Locator) -> list[str]:
    return [title.strip() for title in drafts.get_by_role("link").all_text_contents()]


def write_on(person: Person, more: str, kept: str = EVERYWHERE) -> None:
    text(person).press("Control+End")
    text(person).press_sequentially(more)
    expect(person.page.get_by_text(kept)).to_be_visible()


def test_a_draft_is_on_every_device_and_of_two_texts_both_are_kept(person: Enter):
    laptop = person("Lee")
    laptop.arrive()
    slug = laptop.has_group("Divers")
    laptop.has_group("Swimmers")
    phone = another_browser(person, laptop, viewport=PHONE, has_touch=True)
    add_browser(phone, of=laptop)
    laptop.write(slug, title="Cold water", text="One.")
    expect(laptop.page.get_by_text(EVERYWHERE)).to_be_visible()

    # On the phone it is listed, and goes on there, in its group.
    drafts = listed(phone)
    assert titles(drafts) == ["Cold water"]
    expect(drafts).to_contain_text("Divers")
    assert faults_of(phone.page) == []
    phone.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    drafts.get_by_role("link").tap()
    expect(text(phone)).to_have_value("One.")
    expect(phone.page.get_by_label("Group", exact=True)).to_have_value(slug)
    write_on(phone, " Of the phone.")

    # The laptop's page still has the older text, and its author goes on there.
    write_on(laptop, " Of the laptop.", kept="Another device has changed this draft. Both texts are kept")
    expect(text(laptop)).to_have_value("One. Of the laptop.")
    drafts = listed(phone)
    assert titles(drafts) == ["Cold water", "Cold water"]
    with laptop.context.expect_page() as opened:
        laptop.page.get_by_role("link", name="Open the other one").click()
    expect(opened.value.get_by_label("Text", exact=True)).to_have_value("One. Of the phone.")
    opened.value.close()

    # Offline it is kept here, and there as soon as that can be.
    laptop.context.set_offline(True)
    text(laptop).press_sequentially(" Offline.")
    expect(laptop.page.get_by_text(re.compile(f"{re.escape(KEPT)}$"))).to_be_visible()
    laptop.context.set_offline(False)
    expect(laptop.page.get_by_text(EVERYWHERE)).to_be_visible()
    laptop.forgive("ERR_INTERNET_DISCONNECTED")
    drafts = listed(phone)
    drafts.first.get_by_role("link").click()
    expect(text(phone)).to_have_value("One. Of the laptop. Offline.")

    # A published draft goes, and a discarded one after asking, on every device.
    phone.press("Publish")
    expect(phone.article).to_have_attribute("data-state", "published")
    drafts = listed(laptop)
    expect(drafts).to_have_count(1)
    laptop.press("Discard")
    expect(laptop.page.get_by_role("dialog")).to_contain_text("Cold water")
    laptop.press("Cancel")
    expect(drafts).to_have_count(1)
    laptop.press("Discard")
    laptop.press("Discard")
    expect(laptop.page.get_by_text("No drafts.")).to_be_visible()
    assert faults_of(laptop.page) == []
    expect(listed(phone)).to_have_count(0)


def test_files_become_drafts(person: Enter, tmp_path: Path):
    kim = person("Kim")
    kim.arrive()
    kim.has_group("Readers")
    listed(kim)
    files = [
        {"name": "rain.md", "mimeType": "text/markdown", "buffer": b"# Rain\n\nIt *rained*."},
        {"name": "Notes.markdown", "mimeType": "", "buffer": "Für später".encode()},
        {"name": "<img src=x onerror=alert(1)>.md", "mimeType": "", "buffer": b"A name."},
        {"name": "cat.png", "mimeType": "image/png", "buffer": b"\x89PNG\xff\x00"},
    ]
    kim.page.get_by_label("Add Markdown files", exact=True).set_input_files(files)  # type: ignore[arg-type]

    expect(kim.page.get_by_text("“cat.png” is no text")).to_be_visible()
    assert sorted(titles(kim.page.locator("[data-draft]"))) == [
        "<img src=x onerror=alert(1)>",
        "Notes",
        "Rain",
    ]
    assert kim.page.evaluate(FOREIGN) == []
    kim.page.get_by_role("link", name="Rain").click()
    expect(text(kim)).to_have_value("It *rained*.")
    # While the site does not answer, those of this browser are there.
    kim.page.route("**/keys/store.json", lambda route: route.abort())
    drafts = listed(kim)
    expect(
        kim.page.get_by_text("The site can't be reached: these are the drafts of this browser.")
    ).to_be_visible()
    assert sorted(titles(drafts)) == ["<img src=x onerror=alert(1)>", "Notes", "Rain"]
    kim.forgive("ERR_FAILED")
    kim.page.unroute("**/keys/store.json")
    # Dropped on the list, or beside it.
    listed(kim)
    for name, place in (("On", drafts.first), ("Beside", kim.page.get_by_role("heading", level=1))):
        (tmp_path / f"{name}.md").write_text(f"# Dropped {name}\n\nThe text.")
        drop(kim, place, tmp_path / f"{name}.md")
        expect(kim.page.get_by_role("link", name=f"Dropped {name}", exact=True)).to_be_visible()
    assert sorted(titles(drafts)) == [
        "<img src=x onerror=alert(1)>",
        "Dropped Beside",
        "Dropped On",
        "Notes",
        "Rain",
    ]


def drop(person: Person, place: Locator, path: Path) -> None:
    """Drag a file of this machine onto a place of the page, as a mouse does."""
    box = place.bounding_box()
    assert box
    devtools = person.context.new_cdp_session(person.page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for event in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + 5, "y": box["y"] + 5}
        devtools.send("Input.dispatchDragEvent", {"type": event, **where, "data": data})
    devtools.detach()


@pytest.mark.timeout(300)
def test_a_text_that_got_another_id_takes_its_files_along_and_edits_are_listed(scene: Scene, person: Enter):
    alice, bob = scene.alice, scene.bob
    phone = another_browser(person, alice)
    add_browser(phone, of=alice)
    begin(alice, scene.slug, title="Two harbours", text="One.")
    expect(alice.page.get_by_text(EVERYWHERE)).to_be_visible()
    # The sentence stays while the draft with the file is on its way.
    with alice.page.expect_response(
        lambda answer: "/keys/store/draft/" in answer.url and answer.request.method == "PUT"
    ):
        add(alice, payload("tide.txt", "text/plain", b"Low at six."))
    wait_for(alice, "tide.txt")
    # While the phone goes on, what the laptop wrote stays there alone, and no page is open with it.
    alice.context.set_offline(True)
    text(alice).press_sequentially(" Offline.")
    expect(alice.page.get_by_text(re.compile(f"{re.escape(KEPT)}$"))).to_be_visible()
    alice.page.goto("about:blank")
    drafts = listed(phone)
    drafts.filter(has_text="Two harbours").get_by_role("link").click()
    expect(text(phone)).to_have_value("One.")
    write_on(phone, " Phone.")
    phone.press("Publish")
    expect(phone.article).to_have_attribute("data-state", "published")
    alice.context.set_offline(False)
    alice.forgive("ERR_INTERNET_DISCONNECTED")

    drafts = listed(alice).filter(has_text="Two harbours")
    expect(drafts).to_have_count(1)
    drafts.get_by_role("link").click()
    expect(text(alice)).to_have_value("One. Offline.")
    wait_for(alice, "tide.txt")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    assert alice.path != phone.path
    for post in (alice.path, phone.path):
        bob.read(post)
        assert downloaded(bob, "tide.txt") == ("tide.txt", b"Low at six.")

    # An edit waits in this browser, and leads back to its page.
    alice.open(f"{alice.path}edit/")
    expect(alice.page.locator("post-editor[data-ready]")).to_be_attached()
    write_on(alice, " Edited.", kept=KEPT)
    edits = listed(alice).filter(has_text="An edit of this post, in this browser alone")
    expect(edits).to_contain_text("Two harbours")
    assert faults_of(alice.page) == []
    edits.get_by_role("link").click()
    expect(text(alice)).to_have_value("One. Offline. Edited.")
    expect(listed(phone).filter(has_text="Two harbours")).to_have_count(0)
    edits = listed(alice).filter(has_text="Two harbours")
    edits.get_by_role("button", name="Discard", exact=True).click()
    alice.press("Discard")
    expect(edits).to_have_count(0)
