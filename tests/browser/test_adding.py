"""A second browser of a person: let in by a code, by the recovery code, from a drawn address; and forgotten again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import change
from tests.browser.drawn import read_code
from tests.browser.people import PASSWORD, Person


@pytest.fixture
def laptop(person, scene) -> Person:
    laptop: Person = person("Ida")
    laptop.sign_up()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    return laptop


def recover(browser: Person, code: str) -> None:
    browser.open("/keys/add/")
    browser.page.get_by_label("Recovery code", exact=True).fill(code)
    browser.press("Recover")


def test_a_code_is_confirmed_and_brings_everything_back_in_an_empty_browser(laptop, person, scene):
    code = laptop.page.get_by_test_id("recovery-code").inner_text()
    last = laptop.page.get_by_label("Last two groups", exact=True)
    last.fill("0000-0000")
    laptop.press("I wrote it down")
    expect(last).to_have_attribute("aria-invalid", "true")
    last.fill(code[-9:].lower())
    laptop.press("I wrote it down")
    expect(laptop.page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-recovery=confirmed]:not([data-recovery-new])")).to_be_visible()
    post = scene.alice.publish(scene.slug, title="Before the fire", text="Kept.")

    phone = another_browser(person, laptop)
    recover(phone, code[:-1] + ("0" if code[-1] != "0" else "1"))
    expect(phone.page.get_by_text("One of the letters is wrong.")).to_be_visible()
    recover(phone, code)
    expect(phone.page.locator("[data-key-state=ready]")).to_be_visible()
    expect(phone.read(post)).to_have_text("Kept.")


def test_a_wrong_code_uses_nothing_up_and_a_refused_browser_gets_nothing(laptop, person):
    phone = another_browser(person, laptop)
    phone.open("/keys/add/")
    typed = phone.page.get_by_label("Code from another device", exact=True)
    typed.fill("0000-0000-0000-0000")
    phone.press("Add this browser")
    expect(phone.page.get_by_text("No other device of yours shows a code at the moment.")).to_be_visible()
    laptop.open("/keys/")
    code = laptop.page.get_by_test_id("device-code")
    laptop.press_and_confirm("Add a device", code)

    phone.press("Add this browser")
    expect(phone.page.get_by_text("That is not the code shown there.")).to_be_visible()
    typed.fill(code.inner_text())
    phone.press("Add this browser")
    laptop.press("Refuse")

    expect(phone.page.get_by_text("The other device refused this browser.")).to_be_visible()
    expect(laptop.page.get_by_text("Refused. That device got nothing.")).to_be_visible()
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device]")).to_have_count(1)


def test_a_code_that_is_over_says_so_on_both_sides_and_lets_in_one_browser(site, laptop, person):
    phone, tablet = another_browser(person, laptop), another_browser(person, laptop)
    over = "That code no longer counts. Have the other device show a new one."

    # The old browser is closed in between, and the site's ten minutes pass.
    shown = show_code(laptop.another_tab("/keys/"))
    offer(phone, shown)
    expect(phone.page.get_by_text("Now press ‘Allow’ on the other device.")).to_be_visible()
    laptop.context.pages[-1].close()
    change(site.database_url, "UPDATE accounts_admission SET expires_at = now()")
    expect(phone.page.get_by_text(over)).to_be_visible()

    # The old browser's own ten minutes pass, whatever the site says.
    tab = laptop.another_tab("/keys/")
    tab.page.clock.install()
    shown = show_code(tab)
    change(site.database_url, "UPDATE accounts_admission SET expires_at = expires_at + interval '1 day'")
    tab.page.clock.fast_forward(10 * 60_000)
    expect(tab.page.get_by_text("The ten minutes are over, and the code no longer counts.")).to_be_visible()
    tab.page.close()

    # Two browsers know a code that counts.
    laptop.open("/keys/")
    shown = show_code(laptop)
    offer(phone, shown)
    laptop.press("Allow")
    expect(phone.page.locator("[data-key-state=ready]")).to_be_visible()
    expect(laptop.page.get_by_text("The new device opens your posts now.")).to_be_visible()
    offer(tablet, shown)
    expect(tablet.page.get_by_text("No other device of yours shows a code at the moment.")).to_be_visible()
    laptop.open("/keys/")
    shown = show_code(laptop)
    offer(tablet, shown)
    late = another_browser(person, laptop)
    offer(late, shown)
    laptop.press("Allow")
    expect(laptop.page.get_by_text("The new device opens your posts now.")).to_be_visible()
    ready = "[data-key-state=ready]"
    for each in (tablet, late):
        expect(each.page.locator(ready).or_(each.page.get_by_text(over))).to_be_visible()
    assert sorted(each.page.locator(ready).count() for each in (tablet, late)) == [0, 1]
    laptop.open("/keys/")
    expect(laptop.page.locator("[data-device]")).to_have_count(3)


def show_code(device: Person) -> str:
    shown = device.page.get_by_test_id("device-code")
    device.press_and_confirm("Add a device", shown)
    return shown.inner_text()


def offer(browser: Person, code: str) -> None:
    browser.open("/keys/add/")
    browser.page.get_by_label("Code from another device", exact=True).fill(code)
    browser.press("Add this browser")


def test_the_drawn_address_leads_a_signed_out_browser_through_the_sign_in(laptop, person):
    laptop.open("/keys/")
    code = laptop.page.get_by_test_id("device-code")
    laptop.press_and_confirm("Add a device", code)
    address = read_code(laptop.page)
    phone = person("Ida")
    phone.email = laptop.email

    phone.open(address)
    expect(phone.page).not_to_have_url(re.compile("#"))
    phone.page.get_by_label("Email", exact=True).fill(phone.email)
    phone.page.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.press("Log in")
    laptop.press("Allow")

    expect(phone.page.locator("[data-key-state=ready]")).to_be_visible()
    assert code.inner_text() == ""
    assert [request.url for request in phone.requests if "#" in request.url] == []


def test_a_browser_that_is_forgotten_is_no_device_and_keeps_nothing(laptop, person):
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)
    laptop.stay("/keys/")
    expect(laptop.page.locator("[data-device]")).to_have_count(2)
    laptop.page.get_by_role("button", name="Rename", exact=True).last.click()
    laptop.page.get_by_label("New name", exact=True).locator("visible=true").fill("Old phone")
    laptop.press("Save name")
    expect(laptop.page.get_by_role("heading", name="Old phone", exact=True)).to_be_visible()

    phone.open("/accounts/logout/")
    phone.press("Log out and forget this browser")

    expect(laptop.page.locator("[data-device]")).to_have_count(1)
    expect(phone.page.get_by_role("link", name="Log in", exact=True).first).to_be_visible()
    assert phone.page.evaluate("indexedDB.databases()") == []
