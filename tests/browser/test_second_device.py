"""Lists in another browser say what opens there, and lead to a key."""

from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser, has_own_key

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
