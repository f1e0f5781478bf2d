"""A device is lost: another one shuts it out, posts move to the new key, and everything stays readable."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import change, value_of
from tests.browser.people import Person
from tests.browser.seen import approve, ask, toasts

# What leads from an older account key of somebody's to the next one.
LEFT = (
    "SELECT count(*) FROM accounts_sealedseed AS seed JOIN accounts_publickey AS key ON key.fingerprint = recipient"
    " JOIN accounts_user AS owner ON owner.id = key.user_id WHERE owner.email = %(email)s"
)


def test_a_lost_device_gets_nothing_more_and_the_other_reads_on(site, person, scene):
    laptop = person("Jo")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    old = scene.alice.publish(scene.slug, title="Before the loss", text="Old.")
    read, unread = (
        laptop.publish(scene.slug, title=f"{word} before", text="By Jo.") for word in ("Read", "Unread")
    )
    scene.bob.read(read)
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)
    expect(phone.read(old)).to_have_text("Old.")

    tab = laptop.another_tab("/groups/")
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device][data-this]")).to_have_count(1)
    other = laptop.page.locator("[data-device]:not([data-this])")
    other.get_by_role("button", name="I lost this device", exact=True).click()
    expect(laptop.page.get_by_role("checkbox", checked=False)).to_have_count(1)
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/accounts/password/change/")

    # The other tab goes on, and is told; this one knows.
    expect(toasts(tab)).to_have_text([re.compile("^A device of yours was reported lost")])
    expect(toasts(laptop)).to_have_count(0)
    tab.page.close()
    # Its session is over, and the key that it holds opens nothing new.
    expect(phone.page.locator("connection-line")).to_contain_text("a device of yours was reported lost")
    assert phone.status("/groups/") == 302
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device]")).to_have_count(1)
    expect(laptop.page.get_by_text("New posts no longer go to the lost device.")).to_be_visible()
    expect(laptop.page.locator("[data-lift]")).to_have_count(0)
    expect(laptop.read(old)).to_have_text("Old.")
    new = scene.alice.publish(scene.slug, title="After the loss", text="New.")
    expect(laptop.read(new)).to_have_text("New.")
    assert value_of(site.database_url, LEFT, email=laptop.email) == 0
    # A thief of the device can still sign: this browser trusts such a signature only on what it opened before the loss.
    for post, words in (
        (read, "^Signed with the key that this browser first saw for Jo on"),
        (
            unread,
            r"^Signed with a key that was later reported lost, on \d+ \w+ \d{4}\. Whoever has that device",
        ),
    ):
        expect(scene.bob.read(post)).to_have_text("By Jo.")
        expect(scene.bob.article).to_have_attribute("data-signed", "yes")
        expect(scene.bob.page.locator("[data-author-says]")).to_have_text(re.compile(words))
    phone.log_in()
    phone.open("/keys/add/")
    expect(phone.page.locator("[data-key-state=removed]")).to_be_visible()


def test_a_lift_goes_on_in_another_device_and_lists_what_does_not_open(site, person, scene):
    laptop = person("Jo")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    good = scene.alice.publish(scene.slug, title="Whole", text="Whole.")
    bad = scene.alice.publish(scene.slug, title="Spoilt", text="Spoilt.")
    write = f"/groups/{scene.slug}/posts/new/"
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)
    phone.page.close()
    laptop.write(scene.slug, title="Half", text="A draft.")
    expect(laptop.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    spoilt = "UPDATE posts_postkey SET wrapped_key = decode(repeat('00', 1168), 'hex') FROM accounts_publickey AS key"
    spoilt += " JOIN accounts_user AS owner ON owner.id = key.user_id, posts_post AS post WHERE public_key_id = key.id"
    spoilt += " AND revision_id = post.current_id AND owner.email = %(email)s AND post.uid = %(post)s"
    assert change(site.database_url, spoilt, email=laptop.email, post=bad.split("/")[2]) == 1

    held: list[Route] = []
    laptop.context.route("**/keys/lift.json", lambda route: held.append(route))
    laptop.open("/keys/replace/")
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")
    expect(laptop.page.locator("[data-lift^='0/']")).to_be_visible()
    # The page is closed in the middle, and the next one moves nothing either: the other device goes on.
    laptop.page.close()
    laptop.page = laptop.context.new_page()
    laptop.stay("/keys/")
    expect(laptop.page.locator("[data-lift^='0/']")).to_be_visible()
    phone.page = phone.context.new_page()
    phone.open("/groups/")
    # The first one hears of the end.
    expect(laptop.page.locator("[data-lift]")).to_have_count(0)
    expect(laptop.page.locator("[data-lost='1']")).to_be_visible()
    laptop.context.unroute_all()
    assert value_of(site.database_url, LEFT, email=laptop.email) == 0

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


def test_a_page_from_before_its_post_was_moved_opens_it_all_the_same(person, scene):
    laptop = person("Jo")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    post = scene.alice.publish(scene.slug, title="On the way", text="Moved meanwhile.")
    older = laptop.context.request.get(f"{laptop.url}{post}")
    laptop.open("/keys/replace/")
    laptop.press("Replace my key")
    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")
    expect(laptop.page.locator("[data-device][data-this]")).to_be_visible()
    expect(laptop.page.locator("[data-lift]")).to_have_count(0)

    # Its way to the browser took as long as the lift.
    laptop.page.route(f"{laptop.url}{post}", lambda route: route.fulfill(response=older), times=1)
    expect(laptop.read(post)).to_have_text("Moved meanwhile.")


HOURS_AGO = """
    () => new Date(Date.now() - 36e5 * 10 - 6e4 * new Date().getTimezoneOffset()).toISOString().slice(0, 16)
"""


@pytest.fixture
def kay(site, person) -> tuple[Person, Person, Person]:
    """A laptop, a phone and a tablet of one person, added 30, 20 and 2 hours ago."""
    laptop = person("Kay")
    laptop.arrive()
    phone, tablet = another_browser(person, laptop), another_browser(person, laptop)
    for each in (phone, tablet):
        add_browser(each, of=laptop)
    # By the browser's clock, to the minute.
    hours = "UPDATE accounts_device SET added_at = now() - interval '{} hours' WHERE fingerprint = %(mark)s"
    for hour, mark in zip((30, 20, 2), marks(laptop), strict=True):
        assert change(site.database_url, hours.format(hour), mark=mark) == 1
    return laptop, phone, tablet


def test_what_was_added_since_a_loss_goes_with_it_and_the_code_too(kay):
    laptop, phone, tablet = kay
    of_each = marks(laptop)
    press_of_a_device(laptop, "I lost this device")
    ticked = {mark: laptop.page.locator(f"[value='{mark}']") for mark in of_each}
    code = laptop.page.get_by_label("Recovery code", exact=True)
    expect(code).to_be_checked()
    # The phone is lost, since ten hours.
    laptop.page.get_by_label("Since", exact=True).check()
    laptop.page.get_by_label("Date and time", exact=True).fill(laptop.page.evaluate(HOURS_AGO))
    expect(code).not_to_be_checked()
    assert [ticked[mark].is_checked() for mark in of_each] == [True, False, False]
    expect(ticked[of_each[0]]).to_be_disabled()
    laptop.page.get_by_label("Just now", exact=True).check()
    assert [ticked[mark].is_checked() for mark in of_each] == [True, False, True]
    expect(code).to_be_checked()

    laptop.page.get_by_label("Since", exact=True).check()
    laptop.press("Replace my key")

    expect(laptop.page).to_have_url(f"{laptop.url}/accounts/password/change/")
    assert marks(laptop) == of_each[:1]
    expect(laptop.page.locator("[data-recovery=none]")).to_be_attached()
    assert [each.status("/groups/") for each in (phone, tablet)] == [302, 302]


def test_a_device_that_is_removed_gets_nothing_more_and_the_others_stay_as_they_are(kay):
    laptop, phone, tablet = kay
    of_each = marks(laptop)
    press_of_a_device(laptop, "Remove")
    expect(laptop.page.get_by_role("checkbox", checked=False)).to_have_count(1)
    expect(laptop.page.get_by_label("Since", exact=True)).to_have_count(0)

    laptop.press("Replace my key")

    expect(laptop.page).to_have_url(f"{laptop.url}/keys/")
    expect(laptop.page.get_by_text("Your key is replaced.")).to_be_visible()
    assert marks(laptop) == [of_each[0], of_each[2]]
    # It was only put away: no session ends.
    phone.open("/keys/add/")
    expect(phone.page.locator("[data-key-state=removed]")).to_be_visible()
    expect(phone.page.get_by_text("This browser was removed from your devices")).to_be_visible()
    tablet.open("/keys/")
    expect(tablet.page.locator("[data-device][data-this]")).to_have_count(1)


def test_a_code_that_somebody_may_have_seen_goes_with_the_key_and_another_one_is_made(person):
    laptop = person("Lu")
    laptop.sign_up()
    seen = laptop.page.get_by_test_id("recovery-code").inner_text()
    laptop.open("/keys/")
    laptop.press("Somebody may have seen it")
    expect(laptop.page.get_by_label("Recovery code", exact=True)).not_to_be_checked()
    laptop.press("Replace my key")

    expect(laptop.page).to_have_url(f"{laptop.url}/keys/#recovery")
    expect(laptop.page.locator("[data-recovery=none]")).to_be_visible()
    laptop.press("Make a recovery code")
    expect(laptop.page.get_by_test_id("recovery-code")).to_be_visible()
    assert laptop.page.get_by_test_id("recovery-code").inner_text() != seen
    laptop.page.get_by_text("Check my code", exact=True).click()
    laptop.page.get_by_role("textbox", name="Recovery code", exact=True).fill(seen)
    laptop.press("Check")
    expect(laptop.page.get_by_text("This is not a code of this account.")).to_be_visible()


def marks(person: Person) -> list[str | None]:
    """The fingerprints of the devices on the page of keys, which is opened."""
    person.open("/keys/")
    expect(person.page.locator("[data-device][data-this]")).to_have_count(1)
    return [each.get_attribute("data-device") for each in person.page.locator("[data-device]").all()]


def press_of_a_device(person: Person, name: str) -> None:
    """Press this button of the oldest other device, on the page of keys, which is open."""
    buttons = person.page.get_by_role("button", name=name, exact=True)
    buttons.locator("visible=true").first.click()
    expect(person.page).to_have_url(re.compile("/keys/replace/"))
