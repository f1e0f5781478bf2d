"""A device is lost: another one shuts it out, posts move to the new key, and everything stays readable."""

from playwright.sync_api import Route, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import change, value_of
from tests.browser.seen import approve, ask

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


def test_a_lift_goes_on_after_a_closed_page_and_lists_what_does_not_open(site, person, scene):
    laptop = person("Jo")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    good = scene.alice.publish(scene.slug, title="Whole", text="Whole.")
    bad = scene.alice.publish(scene.slug, title="Spoilt", text="Spoilt.")
    write = f"/groups/{scene.slug}/posts/new/"
    laptop.write(scene.slug, title="Half", text="A draft.")
    expect(laptop.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    spoilt = "UPDATE posts_postkey SET wrapped_key = decode(repeat('00', 1168), 'hex') FROM accounts_publickey AS key"
    spoilt += " JOIN accounts_user AS owner ON owner.id = key.user_id, posts_post AS post WHERE public_key_id = key.id"
    spoilt += " AND post_id = post.id AND owner.email = %(email)s AND post.uid = %(post)s"
    assert change(site.database_url, spoilt, email=laptop.email, post=bad.split("/")[2]) == 1

    held: list[Route] = []
    laptop.page.route("**/keys/lift.json", lambda route: held.append(route))
    laptop.open("/keys/replace/")
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")
    expect(laptop.page.locator("[data-lift='0/3']")).to_be_visible()
    # The page is closed in the middle: the next one goes on.
    laptop.page.close()
    laptop.page = laptop.context.new_page()
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-lost='1']")).to_be_visible()
    expect(laptop.page.locator("[data-lift]")).to_have_count(0)
    assert value_of(site.database_url, LEFT) == 0

    laptop.page.get_by_role("link", name="Spoilt", exact=True).click()
    expect(laptop.page.get_by_text("did not open when your key was replaced")).to_be_visible()
    assert laptop.read(good).inner_text() == "Whole."
    request = ask(laptop, bad)
    scene.alice.open("/requests/")
    approve(scene.alice, request)
    expect(laptop.body).to_have_text("Spoilt.")
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-lost]")).to_have_count(0)
    # The key to the draft was moved, too.
    laptop.open(write)
    laptop.page.get_by_role("link", name="Half", exact=True).click()
    expect(laptop.page.get_by_label("Text", exact=True)).to_have_value("A draft.")
