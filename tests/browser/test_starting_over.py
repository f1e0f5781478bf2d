"""Every device lost and no code: a new key after a wait that another browser can stop, and what others see of it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browsers import add_browser, another_browser, has_own_key
from tests.browser.database import change
from tests.browser.manage import manage
from tests.browser.pages import faults_of
from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads, waiting

DUE = "UPDATE accounts_waitingreset SET due_at = now()"
UNUSED = "UPDATE accounts_device SET used_at = now() - interval '31 days' WHERE fingerprint = %(device)s"
# As five minutes after a log-in.
LONG_AGO = """
from django.contrib.sessions.models import Session
from secureblogs.http.sessions import SessionStore
store = SessionStore({key!r})
store["proved_at"] = 0
store.save()
"""


@pytest.fixture
def laptop(person, scene) -> Person:
    laptop: Person = person("Lena")
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    return laptop


def forget_log_in(site, who: Person) -> None:
    (key,) = (each["value"] for each in who.context.cookies() if each["name"] == "sessionid")
    manage(site, LONG_AGO.format(key=key))


def start_over(browser: Person) -> None:
    browser.press("Start over")
    expect(browser.page.get_by_role("dialog")).to_contain_text(
        "Your own posts: you can’t read them any more."
    )
    browser.press("Start over")


def state(browser: Person, name: str) -> Locator:
    return browser.page.locator(f"start-over[data-start={name}]")


def confirm(browser: Person) -> None:
    code = browser.page.get_by_test_id("recovery-code").inner_text()
    browser.page.get_by_label("Last two groups", exact=True).fill(code[-9:])
    browser.press("I wrote it down")
    expect(browser.page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()


def test_it_waits_and_another_browser_stops_it(site, person, laptop):
    laptop.stay("/groups/")
    phone = another_browser(person, laptop)
    forget_log_in(site, phone)
    phone.stay("/keys/add/")
    phone.press("Start over")
    assert faults_of(phone.page) == []
    phone.press("Cancel")

    # The password first; it leads back to the page, where the button is pressed anew.
    start_over(phone)
    phone.give_password()
    start_over(phone)
    expect(state(phone, "waiting")).to_contain_text("It happens on")
    expect(phone.page.get_by_role("button", name="Start over", exact=True)).to_be_hidden()
    expect(phone.page.get_by_role("button", name="Take it back", exact=True)).to_be_visible()
    assert faults_of(phone.page) == []

    # The other browser's open page says so, and its button needs nothing else.
    expect(laptop.page.locator("[data-starting-over]")).to_contain_text("Somebody asked to start over.")
    assert faults_of(laptop.page) == []
    phone.hears(1)
    laptop.press("Stop it")

    expect(laptop.page.get_by_text("Stopped: your devices")).to_be_visible()
    expect(laptop.page.locator("[data-starting-over]")).to_have_count(0)
    assert laptop.path == "/groups/"
    expect(state(phone, "stopped")).to_contain_text("it was stopped in another one")
    phone.open("/keys/add/")
    expect(state(phone, "stopped")).to_contain_text("it was stopped in another one")
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device][data-this]")).to_have_count(1)


def test_when_the_wait_is_over_the_new_key_opens_what_is_new_and_others_are_told(site, person, scene, laptop):
    alice = scene.alice
    old = alice.publish(scene.slug, title="Before the fire", text="Old.")
    expect(laptop.read(old)).to_have_text("Old.")
    laptop.stay("/groups/")
    phone = another_browser(person, laptop)
    phone.stay("/keys/add/")
    start_over(phone)
    expect(state(phone, "waiting")).to_be_visible()
    # Meanwhile nothing is wrapped for the new key, and all for the old one.
    between = alice.publish(scene.slug, title="Meanwhile", text="Between.")
    tab = phone.another_tab(between)
    expect(tab.article).to_have_attribute("data-access", "key-elsewhere")
    tab.page.close()

    change(site.database_url, DUE)

    expect(phone.page.locator("add-browser[data-key-state=ready]")).to_be_visible()
    expect(phone.page.get_by_text("This browser opens what is published from now on.")).to_be_visible()
    assert faults_of(phone.page) == []
    phone.press_and_confirm("Make a recovery code", phone.page.get_by_test_id("recovery-code"))
    confirm(phone)
    expect(laptop.page.locator("[data-started-over]")).to_contain_text("Your account started over on")
    assert faults_of(laptop.page) == []
    new = alice.publish(scene.slug, title="After the fire", text="New.")
    expect(phone.read(new)).to_have_text("New.")

    # The author is told, and looks at each card by itself.
    request = ask(phone, old)
    alice.stay("/requests/")
    asked = card(alice, request)
    expect(asked).to_contain_text("Lena started over on")
    expect(asked.get_by_label("Select", exact=True)).to_have_count(0)
    assert faults_of(alice.page) == []
    approve(alice, request)
    expect(waiting(alice)).to_have_count(0)
    reads(phone, "Old.")

    # The browser from before says what happened, and comes back by a code of the new one.
    laptop.open("/keys/add/")
    expect(laptop.page.get_by_text("Your account started over with a new key, so that")).to_be_visible()
    add_browser(laptop, of=phone)
    expect(laptop.read(new)).to_have_text("New.")


def test_where_no_device_was_used_for_a_month_it_happens_at_once(site, person, scene, laptop):
    has_own_key(laptop, of=laptop, label="Script")
    laptop.open("/keys/")
    device = laptop.page.locator("[data-device][data-this]").get_attribute("data-device")
    laptop.page.close()
    change(site.database_url, UNUSED, device=device)
    phone = another_browser(person, laptop)
    phone.open("/keys/add/")
    phone.press("Start over")
    assert faults_of(phone.page) == []
    phone.page.get_by_role("checkbox", name="Script").check()
    phone.press("Start over")

    # As after a sign-up, a code comes along.
    expect(phone.page.get_by_test_id("recovery-code")).to_be_visible()
    assert faults_of(phone.page) == []
    confirm(phone)
    phone.open("/keys/")
    expect(phone.page.locator("[data-recovery=confirmed]")).to_be_visible()
    expect(phone.page.locator("[data-device]")).to_have_count(1)
    expect(phone.page.locator("[data-fingerprint]:not(.key--revoked)")).to_have_count(1)
    post = scene.alice.publish(scene.slug, title="At once", text="Here.")
    expect(phone.read(post)).to_have_text("Here.")
