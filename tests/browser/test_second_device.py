"""Another browser of a person leads to its key once, and lists there say what opens."""

import re

from playwright.sync_api import Route, expect

from tests.browser.browsers import add_browser, another_browser, has_own_key

# What a browser does that needs the room, or is told to.
FORGET = """
() => new Promise((resolve) => {
  indexedDB.deleteDatabase(`secureblogs-${document.body.dataset.user}`).onsuccess = () => resolve();
})
"""
ELSEWHERE = "It opens with a key of yours that is not in this browser."


def test_a_list_says_what_this_browser_can_open(scene, person):
    alice = scene.alice
    slug = alice.has_group("Sailors")
    before = alice.publish(slug, title="Before the phone", text="Old.")
    phone = another_browser(person, alice)

    # Without a key nothing opens, and the line leads to one.
    phone.open(f"/groups/{slug}/")
    rows = phone.page.locator("[data-readable]")
    expect(rows).to_have_attribute("data-readable", "elsewhere")
    expect(rows).to_contain_text(ELSEWHERE)
    phone.page.get_by_role("main").get_by_role("link", name="Add this browser", exact=True).click()
    expect(phone.page.get_by_role("heading", name="Add this browser", level=1)).to_be_visible()

    # The page of keys offers nothing that needs one.
    phone.open("/keys/")
    main = phone.page.get_by_role("main")
    expect(main.get_by_role("link", name="Add this browser", exact=True)).to_be_visible()
    for name in (
        "Rename",
        "Remove",
        "I lost this device",
        "Add a device",
        "Replace my key",
        "Make a recovery code",
    ):
        expect(main.get_by_role("button", name=name, exact=True)).to_have_count(0)

    # With a key from a file, what is published from then on opens.
    has_own_key(phone, of=alice)
    alice.publish(slug, title="After the phone", text="New.")
    for address in (f"/groups/{slug}/", "/"):
        phone.open(address)
        after, old = (
            phone.page.locator("[data-readable]", has=phone.page.get_by_role("link", name=title, exact=True))
            for title in ("After the phone", "Before the phone")
        )
        expect(old).to_have_attribute("data-readable", "elsewhere")
        expect(after).to_have_attribute("data-readable", "yes")
        expect(phone.page.get_by_role("link", name="All about your keys", exact=True)).to_be_visible()

    # With the account's key it is readable, in the list and on its page.
    add_browser(phone, of=alice)
    phone.open(f"/groups/{slug}/")
    expect(phone.page.locator("[data-readable=yes]")).to_have_count(2)
    expect(phone.page.get_by_text(ELSEWHERE)).to_have_count(0)
    assert phone.read(before).inner_text() == "Old."


def test_any_page_leads_a_browser_without_a_key_once_to_the_page_that_adds_it(scene, person):
    alice = scene.alice
    phone = another_browser(person, alice, is_led=False)
    group, write = f"/groups/{scene.slug}/", f"/groups/{scene.slug}/posts/new/"

    # Not while somebody types: the script came late.
    held: list[Route] = []
    phone.context.route("**/keys_here*", lambda route: held.append(route), times=1)
    phone.open("/groups/new/")
    name = phone.page.get_by_label("Name", exact=True)
    name.fill("Typed before")
    with phone.page.expect_response("**/keys_here*") as asked:
        held[0].continue_()
    assert asked.value.ok
    phone.page.wait_for_load_state("networkidle")
    expect(name).to_have_value("Typed before")
    assert phone.path == "/groups/new/"

    # A tab that nobody looks at yet.
    tab = phone.context.new_page()
    phone.page.bring_to_front()
    tab.goto(f"{phone.url}{write}?from=here")
    expect(tab).to_have_url(re.compile(r"/keys/add/\?next="))
    expect(tab.locator("[data-key-state=missing]")).to_be_visible()
    tab.get_by_role("link", name="Later", exact=True).click()
    expect(tab).to_have_url(f"{phone.url}{write}?from=here")
    tab.wait_for_load_state("networkidle")
    assert tab.url.endswith(f"{write}?from=here")
    tab.close()

    # From now on there is a line.
    for address in ("/requests/", "/", group):
        phone.open(address)
        phone.page.wait_for_load_state("networkidle")
        assert phone.path == address
    phone.page.get_by_role("main").get_by_role("link", name="Add this browser", exact=True).click()
    add_browser(phone, of=alice)
    phone.page.get_by_role("link", name="Go on", exact=True).click()
    expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
    phone.open(group)
    phone.page.wait_for_load_state("networkidle")
    assert phone.path == group

    # Once more when what it kept is gone.
    phone.page.evaluate(FORGET)
    phone.open(group)
    expect(phone.page).to_have_url(re.compile(r"/keys/add/\?next="))

    # A program's account has nothing to be added to.
    program = person("Program")
    program.has_account()
    program.open("/groups/")
    program.page.wait_for_load_state("networkidle")
    assert program.path == "/groups/"
