"""A second browser of a person: let in by a code, by the recovery code, from a drawn address; and forgotten again."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.database import change, value_of
from tests.browser.drawn import read_code
from tests.browser.people import PASSWORD, Person

OVER = "That code no longer counts. Have the other device show a new one."
BOXES = (
    "SELECT count(*) FROM accounts_sealedseed JOIN accounts_user AS owner ON owner.id = user_id"
    " WHERE owner.email = %(email)s"
)


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
    # What is printed is the code, and nothing that one does on a screen.
    laptop.page.emulate_media(media="print")
    paper = laptop.page.locator(".paper")
    expect(paper).to_contain_text(
        f"Recovery code of {laptop.email} at {urlsplit(laptop.url).netloc}, made on"
    )
    expect(paper.locator("canvas")).to_be_visible()
    assert read_code(laptop.page) == code
    for name in ("Print", "I wrote it down"):
        expect(laptop.page.get_by_text(name, exact=True)).to_be_hidden()
    laptop.page.emulate_media(media="screen")
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
    typed = phone.page.get_by_label("Recovery code", exact=True)
    expect(typed).to_have_accessible_description(re.compile("One of the letters is wrong."))
    expect(typed).to_be_focused()
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


def test_a_code_that_is_taken_back_lets_nobody_in(laptop, person):
    phone = another_browser(person, laptop)
    laptop.open("/keys/")
    shown = show_code(laptop)
    laptop.press("Stop showing it")
    expect(laptop.page.get_by_text("The code no longer counts.")).to_be_visible()

    offer(phone, shown)

    expect(phone.page.get_by_text("No other device of yours shows a code at the moment.")).to_be_visible()


def test_a_code_that_is_over_says_so_on_both_sides_and_lets_in_one_browser(site, laptop, person):
    phone, tablet = another_browser(person, laptop), another_browser(person, laptop)

    # The old browser is closed in between, and the site's ten minutes pass.
    shown = show_code(laptop.another_tab("/keys/"))
    offer(phone, shown)
    expect(phone.page.get_by_text("Now press ‘Allow’ on the other device.")).to_be_visible()
    laptop.context.pages[-1].close()
    change(site.database_url, "UPDATE accounts_admission SET expires_at = now()")
    expect(phone.page.get_by_text(OVER)).to_be_visible()

    # The old browser's own ten minutes pass, whatever the site says.
    tab = laptop.another_tab("/keys/")
    tab.page.clock.install()
    shown = show_code(tab)
    change(site.database_url, "UPDATE accounts_admission SET expires_at = expires_at + interval '1 day'")
    tab.page.clock.fast_forward(10 * 60_000)
    expect(tab.page.get_by_text("The time of the code is over, and it no longer counts.")).to_be_visible()
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
    expect(laptop.page.locator("[data-device]")).to_have_count(2)


def test_of_two_new_browsers_in_one_moment_one_is_let_in_and_the_other_is_told_and_has_nothing(
    site, laptop, person, scene
):
    post = scene.alice.publish(scene.slug, title="For one of two", text="Let in.")
    both, held = [another_browser(person, laptop) for _ in range(2)], []
    laptop.open("/keys/")
    shown = show_code(laptop)
    for each in both:
        each.page.route("**/offers/", lambda route: held.append(route))
        offer(each, shown)
    while len(held) < len(both):
        laptop.page.wait_for_timeout(50)
    for each, route in zip(both, held, strict=True):
        route.continue_()
        each.page.unroute_all()
    for each in both:
        expect(each.page.get_by_text("Now press ‘Allow’ on the other device.")).to_be_visible()
    expect(laptop.page.get_by_text("A device knows the code:").first).to_be_visible()
    expect(laptop.page.get_by_text("Waiting for the new device.")).to_have_count(0)

    laptop.press("Allow")

    expect(laptop.page.get_by_text("The new device opens your posts now.")).to_be_visible()
    ready = "[data-key-state=ready]"
    for each in both:
        expect(each.page.locator(ready).or_(each.page.get_by_text(OVER))).to_be_visible()
    late, early = sorted(both, key=lambda each: each.page.locator(ready).count())
    expect(late.page.locator("[data-key-state=missing]").get_by_text(OVER)).to_be_visible()
    expect(early.read(post)).to_have_text("Let in.")
    # Boxes for the laptop, its recovery code and the one that was let in.
    assert value_of(site.database_url, BOXES, email=laptop.email) == 3
    late.open(post)
    expect(late.article).to_have_attribute("data-access", "key-elsewhere")
    add_browser(late, of=laptop)
    expect(late.read(post)).to_have_text("Let in.")


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
    # Nor does the page that forgot it make anything anew when it hears of it.
    expect(phone.page.get_by_role("link", name="Log in", exact=True).first).to_be_visible()
    assert phone.page.evaluate("indexedDB.databases()") == []
