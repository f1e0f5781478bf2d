"""What becomes of a person's keys in one tab is told to every other one, and what is in memory there goes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.people import Person
from tests.browser.seen import toasts

# What the keyring of an open page still has.
KEYRING = """
async (method) => {
  const isKeyring = ({ name }) => /\\/js\\/lib\\/keyring\\.[^/]*js$/.test(name);
  const keyring = await import(performance.getEntriesByType("resource").find(isKeyring).name);
  return keyring.prepare(document.body.dataset.user, ...method).then(() => "done", ({ name }) => name);
}
"""
SIGN = ["prepareName", {"fingerprint": "", "name": "Mine"}]
# The ids of what this browser keeps of the account; the worker of a page has its own connection to the same.
KEPT = """
async () => {
  const asked = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await asked(indexedDB.open(`secureblogs-${document.body.dataset.user}`));
  const ids = await asked(database.transaction("account").objectStore("account").getAllKeys());
  database.close();
  return ids;
}
"""
NOTE_LOOK = "() => document.addEventListener('key:looked', () => (document.body.dataset.looked = ''))"
OPEN = """
(version) => new Promise((resolve) => {
  const request = indexedDB.open(`secureblogs-${document.body.dataset.user}`, version);
  request.onsuccess = () => resolve(Boolean(globalThis.kept = request.result));
})
"""
# In one go: no other page makes the database anew in between.
OPEN_ANEW = """
(version) => new Promise((resolve) => {
  kept.close();
  indexedDB.deleteDatabase(kept.name);
  const request = indexedDB.open(kept.name, version);
  request.onsuccess = () => resolve(Boolean(globalThis.kept = request.result));
})
"""


def are_told(others: Sequence[Person], words: str, *, but: Person) -> None:
    """Each of the open tabs says so, and the one that did it does not."""
    for other in others:
        expect(toasts(other)).to_have_text([f"{words} See your keys"], timeout=60_000)
        other.page.get_by_role("button", name="Close", exact=True).click()
        expect(toasts(other)).to_have_count(0)
    expect(toasts(but)).to_have_count(0)


def test_every_other_tab_says_what_becomes_of_the_keys(person):
    laptop = person("Ida")
    laptop.arrive()
    phone, tablet = another_browser(person, laptop), another_browser(person, laptop)
    laptop.stay("/keys/")
    tab = laptop.another_tab("/groups/")

    add_browser(phone, of=laptop)
    are_told([laptop, tab], "A device was added to your account.", but=phone)

    phone.stay("/groups/")
    code = laptop.page.get_by_test_id("recovery-code")
    laptop.press_and_confirm("Make a recovery code", code.locator("visible=true"))
    are_told([tab, phone], "A recovery code was made for your account.", but=laptop)

    tablet.open("/keys/add/")
    tablet.page.get_by_label("Recovery code", exact=True).fill(code.inner_text())
    tablet.press("Recover")
    expect(tablet.page.locator("[data-key-state=ready]")).to_be_visible()
    are_told([laptop, tab, phone], "Your recovery code was used to add a device.", but=tablet)

    laptop.open("/keys/replace/")
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")
    are_told([tab, phone], "The key of your account was replaced.", but=laptop)


def test_a_device_that_is_removed_forgets_the_key_in_every_tab_and_says_since_when(person, scene):
    laptop = person("Jan")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    post = scene.alice.publish(scene.slug, title="Read on both", text="Open.")
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)
    expect(phone.read(post)).to_have_text("Open.")
    phone.hears(1)
    idle = phone.another_tab("/groups/")
    assert phone.page.evaluate(KEYRING, SIGN) == "done"
    assert sorted(idle.page.evaluate(KEPT)) == ["device", "known"]
    for each in (phone, idle):
        each.page.evaluate(NOTE_LOOK)

    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device][data-this]")).to_be_visible()
    other = laptop.page.locator("[data-device]:not([data-this])")
    other.get_by_role("button", name="Remove", exact=True).click()
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")

    for each in (phone, idle):
        expect(each.page.locator("body[data-looked]")).to_be_attached()
        expect(toasts(each).filter(has_text="This browser was removed from your devices.")).to_have_count(1)
    expect(phone.body).to_have_text("Open.")
    assert phone.page.evaluate(KEYRING, SIGN) == "NoAccountKey"
    assert idle.page.evaluate(KEPT) == ["known"]
    idle.open("/keys/add/")
    expect(idle.page.locator("[data-key-state=removed]")).to_be_visible()
    today = f"{datetime.now(UTC):%-d %B %Y}"
    expect(idle.page.get_by_text(f"This browser was removed from your devices on {today}")).to_be_visible()


def test_a_browser_that_is_forgotten_ends_the_keyring_of_every_tab(scene, person):
    kim = person("Kim")
    kim.arrive()
    kim.has_joined(scene.alice.has_link(scene.slug))
    post = scene.alice.publish(scene.slug, title="Open elsewhere", text="Open.")
    tab = kim.another_tab(post)
    expect(tab.body).to_have_text("Open.")
    assert tab.page.evaluate(KEYRING, SIGN) == "done"

    kim.open("/accounts/logout/")
    kim.press("Log out and forget this browser")

    expect(tab.page.locator("connection-line")).to_contain_text("You have been logged out.")
    draft = ["saveDraft", "new/1", {"title": "After"}]
    assert tab.page.evaluate(KEYRING, draft) == "Unavailable"
    assert tab.page.evaluate("indexedDB.databases()") == []


def test_pages_of_two_versions_say_which_has_to_go(person):
    lee = person("Lee")
    lee.arrive()
    old, new = lee.another_tab("/keys/"), lee.another_tab("/keys/")
    # Each has found its key, and is led nowhere when that is gone.
    for tab in (old, new):
        expect(tab.page.locator("[data-device][data-this]")).to_be_visible()

    # A newer page changes the database, and an older one is told so, at once and when it is opened.
    assert new.page.evaluate(OPEN, 99)
    expect(old.page.locator("connection-line")).to_contain_text("this page is older than the site")
    old.open("/keys/")
    expect(old.page.locator("connection-line")).to_contain_text("this page is older than the site")
    expect(old.page.get_by_text("This browser can't open your posts yet.")).to_be_hidden()

    # A page of an older version that does not let go.
    assert new.page.evaluate(OPEN_ANEW, 1)
    old.open("/keys/")
    blocked = "Another tab of this site is too old. Close it. Reload the page"
    expect(toasts(old).first).to_have_text(blocked, timeout=60_000)
