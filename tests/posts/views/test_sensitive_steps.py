"""The password once more, before a key is added or exported: neither an open nor a stolen session is enough."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.reauthentication import SECONDS_COVERED
from tests.cast import PASSWORD, Person
from tests.pages import main, signed_in
from tests.posts.keys import AS_JSON, KEYS, add, new_pem

CONFIRM = "/accounts/reauthenticate/"
BACK_TO_KEYS = f"{CONFIRM}?next=%2Fkeys%2F"


def let_time_pass(browser: Client) -> None:
    """Let a little more than five minutes pass since anything was proved."""
    session = browser.session
    for name in ("proved_at", "confirmed_at", "export_asked_at"):
        if name in session:
            session[name] -= SECONDS_COVERED + 1
    session.save()


def confirm(browser: Client, address: str = BACK_TO_KEYS, password: str = PASSWORD) -> str:
    """Where one is led who gives the password on the page that asks."""
    response = browser.post(address, {"password": password})
    return str(response.headers.get("Location", ""))


@pytest.fixture
def export(alice: Person) -> str:
    return reverse("posts:export_key", args=[alice.user.public_keys.get().fingerprint])


def test_right_after_a_log_in_nobody_is_asked(alice, client):
    client.post("/accounts/login/", {"login": alice.user.email, "password": PASSWORD})

    assert add(client, new_pem()).headers["Location"] == KEYS
    assert alice.user.public_keys.count() == 2


def test_nor_right_after_a_sign_up(client, db):
    client.post("/accounts/signup/", {"name": "Zoe", "email": "zoe@example.org", "password1": PASSWORD})

    assert add(client, new_pem(), headers=AS_JSON).status_code == 201


def test_later_a_program_is_told_where_to_confirm_and_no_key_is_added(alice, browser):
    let_time_pass(browser)

    response = add(browser, new_pem(), headers=AS_JSON)

    assert (response.status_code, response.json()) == (403, {"reauthenticate": BACK_TO_KEYS})
    assert alice.user.public_keys.count() == 1

    assert confirm(browser, response.json()["reauthenticate"]) == KEYS
    assert add(browser, new_pem(), headers=AS_JSON).status_code == 201


def test_later_a_person_comes_back_to_the_page_with_what_they_typed(alice, browser):
    let_time_pass(browser)
    pem = new_pem()

    asked = add(browser, pem, label="Desk")
    assert asked.headers["Location"] == BACK_TO_KEYS
    page = main(browser.get(asked.headers["Location"]))
    assert ([label.text for label in page.all("label")], page.buttons) == (["Password"], ["Confirm"])
    assert confirm(browser) == KEYS
    back = browser.get(KEYS).context["form"]

    assert (back["label"].value(), back["public_key"].value()) == ("Desk", pem)
    assert alice.user.public_keys.count() == 1
    assert add(browser, pem, label="Desk").headers["Location"] == KEYS
    assert alice.user.public_keys.count() == 2
    assert browser.get(KEYS).context["form"]["public_key"].value() is None


def test_what_is_no_key_is_said_at_its_field_and_nobody_is_asked(browser):
    let_time_pass(browser)

    response = add(browser, "hello")

    assert list(response.context["form"].errors) == ["public_key"]
    assert "typed_key" not in browser.session


@pytest.mark.parametrize(
    ("referrer", "leads_to"),
    [
        ("http://testserver/keys/welcome/?next=%2Fgroups%2F", "/keys/welcome/?next=%2Fgroups%2F"),
        ("http://evil.example/keys/", "/keys/"),
        ("javascript:alert(1)", "/keys/"),
    ],
)
def test_one_comes_back_to_the_page_that_one_was_on(browser, referrer, leads_to):
    let_time_pass(browser)
    response = add(browser, new_pem(), headers={**AS_JSON, "referer": referrer})

    assert confirm(browser, response.json()["reauthenticate"]) == leads_to


def test_a_wrong_password_confirms_nothing(browser):
    let_time_pass(browser)

    assert confirm(browser, password="a guess") == ""

    assert add(browser, new_pem(), headers=AS_JSON).status_code == 403


def test_a_confirmation_of_somebody_else_in_this_browser_is_nobody_s(bob, browser):
    confirm(browser)
    let_time_pass(browser)
    browser.logout()
    browser.force_login(bob.user)
    let_time_pass(browser)

    assert add(browser, new_pem(), headers=AS_JSON).status_code == 403


def test_an_export_always_asks_and_each_confirmation_is_good_for_one_within_five_minutes(browser, export):
    confirm(browser)

    assert browser.post(export, headers=AS_JSON).status_code == 403

    first = browser.post(export, headers=AS_JSON)
    # Back to the part of the page that has the button.
    back = f"{BACK_TO_KEYS}%23own"
    assert (first.status_code, first.json()) == (403, {"reauthenticate": back})

    confirm(browser, back)

    assert browser.post(export, headers=AS_JSON).status_code == 200
    assert browser.post(export, headers=AS_JSON).status_code == 403

    confirm(browser)
    let_time_pass(browser)

    assert browser.post(export, headers=AS_JSON).status_code == 403


def test_nobody_exports_a_key_of_somebody_else(bob, export):
    assert signed_in(bob).post(export, headers=AS_JSON).status_code == 404
