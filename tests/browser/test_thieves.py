"""A thief at a session that was left open: signed in, in a browser that holds the key, and without the password."""

import re
import time

import pytest
from playwright.sync_api import expect

from secureblogs.crypto.wrapping import generate_private_key, public_key_of
from tests.browser.browsers import add_browser, another_browser, let_time_pass
from tests.browser.people import SECONDS_TO_WAIT, Person
from tests.browser.seen import toasts
from tests.site import Site

ASKED = "This step needs your password once more."


@pytest.fixture
def nora(person, site) -> Person:
    nora: Person = person("Nora")
    nora.arrive()
    return nora


def test_an_open_screen_adds_nobody_replaces_nothing_and_takes_nothing_out(site, person, nora):
    phone = another_browser(person, nora)
    add_browser(phone, of=nora)
    before = keys_of(nora)

    adding = ["Add a device", "Make a recovery code"]
    replacing = ["Replace my key", "Remove", "I lost this device"]
    for name in [*adding, *replacing, "Export key", "Add key"]:
        nora.open_own_keys()
        nora.page.get_by_label("Public key (PEM)", exact=True).fill(public_key_of(generate_private_key()).pem)
        let_time_pass(site, nora)
        nora.press(name)
        expect(nora.page.get_by_text(ASKED)).to_be_visible()
        nora.page.get_by_label("Password", exact=True).fill("a guess")
        nora.press("Confirm")
        expect(nora.page.get_by_text("This is not your password.").first).to_be_visible()
    # The page stands open already.
    nora.page.goto(f"{nora.url}/keys/")
    confirm(nora)
    nora.press("Replace my key")
    expect(nora.page.get_by_role("checkbox")).to_have_count(3)
    let_time_pass(site, nora)
    nora.press("Replace my key")
    expect(nora.page.get_by_text(ASKED)).to_be_visible()

    assert keys_of(nora) == before
    assert [mail for mail in mails_to(site, nora) if "replaced" in mail or "lost" in mail] == []


def confirm(person: Person) -> None:
    """Give the password that a thief does not have."""
    person.open("/accounts/reauthenticate/?next=/keys/")
    person.give_password()
    expect(person.page.get_by_role("heading", name="Keys", level=1)).to_be_visible()


def test_who_takes_the_screen_within_five_minutes_is_noticed(site, person, nora):
    phone = another_browser(person, nora)
    add_browser(phone, of=nora)
    phone.stay("/keys/")
    expect(phone.page.locator("[data-recovery=unconfirmed]")).to_be_visible()
    confirm(nora)

    nora.press("Make a recovery code")
    expect(nora.page.get_by_test_id("recovery-code")).to_be_visible()
    expect(toasts(phone).filter(has_text="A recovery code was made for your account.")).to_have_count(1)
    has_mail(site, nora, "A recovery code was made for your account")
    nora.open("/keys/replace/")
    # This browser stays.
    expect(nora.page.get_by_role("checkbox", disabled=True)).to_have_count(1)
    expect(nora.page.get_by_role("checkbox")).to_have_count(3)
    nora.page.get_by_role("checkbox", checked=True, disabled=False).first.uncheck()
    nora.press("Replace my key")
    expect(toasts(phone).filter(has_text="The key of your account was replaced.")).to_have_count(1)
    has_mail(site, nora, "Your key was replaced")
    expect(phone.page.locator("[data-device]")).to_have_count(1)


def keys_of(person: Person) -> object:
    return person.context.request.get(f"{person.url}/keys/account.json").json()


def mails_to(site: Site, person: Person) -> list[str]:
    """The subjects of what a worker has printed in the place of a mail server."""
    printed = (site.logs / "worker.log").read_text()
    return re.findall(rf"^Subject: (.*)\nFrom: .*\nTo: {re.escape(person.email)}$", printed, re.MULTILINE)


def has_mail(site: Site, person: Person, subject: str) -> None:
    deadline = time.monotonic() + 4 * SECONDS_TO_WAIT
    while subject not in mails_to(site, person):
        assert time.monotonic() < deadline, mails_to(site, person)
        person.page.wait_for_timeout(100)
