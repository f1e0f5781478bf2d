"""A device is lost: another one shuts it out, posts move to the new key, and everything stays readable."""

from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import value_of

LEFT = "SELECT count(*) FROM accounts_sealedseed AS seed JOIN accounts_publickey AS key ON key.fingerprint = recipient"


def test_a_lost_device_gets_nothing_more_and_the_other_reads_on(site, person, scene):
    laptop = person("Jo")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    old = scene.alice.publish(scene.slug, title="Before the loss", text="Old.")
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)
    expect(phone.read(old)).to_have_text("Old.")

    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device][data-this]")).to_have_count(1)
    other = laptop.page.locator("[data-device]:not([data-this])")
    other.get_by_role("button", name="I lost this device", exact=True).click()
    expect(laptop.page.get_by_role("checkbox", checked=False)).to_have_count(1)
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/accounts/password/change/")

    # Its session is over, and the key that it holds opens nothing new.
    assert phone.status("/groups/") == 302
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device]")).to_have_count(1)
    expect(laptop.page.locator("[data-lift]")).to_have_count(0)
    expect(laptop.read(old)).to_have_text("Old.")
    new = scene.alice.publish(scene.slug, title="After the loss", text="New.")
    expect(laptop.read(new)).to_have_text("New.")
    assert value_of(site.database_url, LEFT) == 0
    phone.log_in()
    phone.open("/keys/add/")
    expect(phone.page.locator("[data-key-state=removed]")).to_be_visible()
