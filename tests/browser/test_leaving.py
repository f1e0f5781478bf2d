"""Taking one's data along, and deleting the account: every browser that is there forgets the keys."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.pages import faults_of


def test_who_leaves_takes_all_along_and_leaves_posts_under_a_former_member(person: Enter):
    leo, reader, faults = person("Leo"), person("Rea"), []
    leo.arrive()
    reader.arrive()
    slug = leo.make_group("Leavers")
    reader.join(leo.invite(slug))
    post = leo.publish(slug, title="What stays", text="Read it when I am gone.")
    tab = leo.another_tab(post)

    leo.open("/accounts/data/")
    faults += faults_of(leo.page)
    with leo.page.expect_download() as download:
        leo.press("Download")
    taken = json.loads(Path(download.value.path()).read_text())
    assert [each["title"] for each in taken["posts"]] == ["What stays"]

    leo.page.get_by_role("link", name="Delete account…", exact=True).click()
    leo.press("Delete my account")
    expect(leo.page.get_by_text("Please look at this again:")).to_be_visible()
    faults += faults_of(leo.page)
    # Without a mouse: the radio button, the group's list, the button.
    leo.page.get_by_label("Leave them to those who can read them, under “a former member”").focus()
    leo.page.keyboard.press("Space")
    leo.page.get_by_label("The group “Leavers”").select_option(label="Hand it over to Rea")
    leo.page.get_by_role("button", name="Delete my account").focus()
    leo.page.keyboard.press("Enter")

    expect(
        leo.page.get_by_text("This browser has forgotten your keys and what you left unsent.")
    ).to_be_visible()
    faults += faults_of(leo.page)
    expect(
        tab.page.get_by_text("Your account was deleted. This browser has forgotten its keys.")
    ).to_be_visible()
    assert leo.page.evaluate("indexedDB.databases()") == []
    reader.read(post)
    expect(reader.page.locator(".post__author")).to_have_text("a former member")
    expect(reader.body).to_have_text("Read it when I am gone.")
    reader.open(f"/groups/{slug}/edit/")
    faults += faults_of(reader.page)
    reader.press("Delete group")
    expect(reader.page.get_by_role("dialog")).to_be_visible()
    faults += faults_of(reader.page)
    reader.page.get_by_role("dialog").get_by_role("button", name="Delete group").click()
    expect(reader.page.get_by_text("“Leavers” is deleted.")).to_be_visible()
    assert faults == []
