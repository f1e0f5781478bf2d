"""A new device is let in by an old one; each side sees what the other did."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.keys import admissions
from accounts.models import Admission, Keyholders, SealedSeed
from secureblogs.crypto.wrapping import public_key_of
from tests.account import fingerprint, new_uid, text
from tests.accounts.keys.http import post
from tests.pages import signed_in
from tests.posts.views.test_sensitive_steps import let_time_pass

PATH = "/keys/admissions/"


@pytest.fixture
def uid(account, browser):
    uid = new_uid()
    assert post(browser, PATH, {"uid": uid}).status_code == 201
    return uid


@pytest.fixture
def phone(alice):
    """Another browser of Alice's, which has just logged in."""
    return signed_in(alice)


def offer(account, name="Phone"):
    key = account.device(name)
    return {"public_key": public_key_of(key).pem, "name": name, "mac": text(os.urandom(32))}


def allowed(account, name="Phone"):
    listed = account.list_body("Laptop", name, new=(name,))
    members = {member: listed[member] for member in ("generation", "number", "holders", "signature")}
    (box,) = listed["boxes"]
    sent = {"fingerprint": box["recipient"], "answer": "allowed", "mac": text(bytes(32))}
    return {**sent, "box": box["box"], "keyholders": members}


def test_a_device_offers_itself_is_let_in_and_finds_its_box(account, browser, phone, uid):
    assert phone.get(f"{PATH}open.json").json()["admission"]["uid"] == uid
    body, answer = offer(account), allowed(account)

    assert [post(phone, f"{PATH}{uid}/offers/", body).status_code for _ in range(2)] == [201, 200]
    seen = browser.get(f"{PATH}{uid}.json").json()
    assert [(each["name"], each["mac"], each["state"]) for each in seen["offers"]] == [
        ("Phone", body["mac"], "waiting")
    ]
    # Ten minutes may pass: whoever opened the admission confirmed then who they are.
    let_time_pass(browser)
    assert [post(browser, f"{PATH}{uid}/answer/", answer).status_code for _ in range(2)] == [200, 200]

    seen = phone.get(f"{PATH}{uid}.json").json()
    device = fingerprint(account.device("Phone"))
    assert (seen["state"], seen["offers"][0]["state"]) == ("answered", "allowed")
    assert seen["answer"] == {"fingerprint": device, "generation": 1, "number": 2, "mac": text(bytes(32))}
    assert len(phone.get(f"/keys/account.json?for={device}").json()["boxes"]) == 1
    assert phone.get(f"{PATH}open.json").json() == {"admission": None}


def test_a_wrong_offer_leaves_the_admission_open_and_a_refusal_ends_it(account, browser, phone, uid):
    wrong, right = offer(account, "Wrong"), offer(account)
    for body in (wrong, right):
        post(phone, f"{PATH}{uid}/offers/", body)

    said = {"fingerprint": fingerprint(account.device("Wrong")), "answer": "wrong"}
    assert post(browser, f"{PATH}{uid}/answer/", said).json()["state"] == "open"
    said = {"fingerprint": fingerprint(account.device("Phone")), "answer": "refused"}
    assert post(browser, f"{PATH}{uid}/answer/", said).json()["state"] == "refused"

    late = post(browser, f"{PATH}{uid}/answer/", allowed(account))
    assert (late.status_code, Keyholders.objects.get().number) == (409, 1)


def test_at_most_five_devices_try_one_code(account, phone, uid):
    found = [post(phone, f"{PATH}{uid}/offers/", offer(account, f"Try {at}")).status_code for at in range(6)]

    assert found == [201] * 5 + [409]


def test_a_code_that_is_over_lets_nobody_in(account, browser, phone, uid):
    post(phone, f"{PATH}{uid}/offers/", offer(account))
    Admission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert browser.get(f"{PATH}{uid}.json").json()["state"] == "expired"
    assert post(phone, f"{PATH}{uid}/offers/", offer(account, "Tablet")).status_code == 409
    assert post(browser, f"{PATH}{uid}/answer/", allowed(account)).status_code == 409
    assert SealedSeed.objects.count() == 1


def test_a_new_code_ends_the_earlier_one_and_so_does_taking_it_back(account, browser, uid):
    another = new_uid()
    assert [post(browser, PATH, {"uid": another}).status_code for _ in range(2)] == [201, 200]
    assert browser.get(f"{PATH}{uid}.json").json()["state"] == "ended"

    assert [post(browser, f"{PATH}{another}/end/").json()["state"] for _ in range(2)] == ["ended", "ended"]


def test_twenty_codes_an_hour_are_enough(browser, uid, monkeypatch):
    monkeypatch.setattr(admissions, "MOST_AN_HOUR", 1)

    assert post(browser, PATH, {"uid": new_uid()}).status_code == 429


def test_a_number_of_somebody_else_is_taken(mallory, uid):
    assert post(signed_in(mallory), PATH, {"uid": uid}).status_code == 409


@pytest.mark.parametrize("what", ["another device", "another name", "no such answer", "a box of 10 bytes"])
def test_a_spoilt_answer_lets_nobody_in(account, browser, phone, uid, what):
    post(phone, f"{PATH}{uid}/offers/", offer(account))
    body = allowed(account)
    match what:
        case "another device":
            body["fingerprint"] = "a" * 64
        case "another name":
            body["keyholders"] = allowed(account, "Thief")["keyholders"]
        case "no such answer":
            body["answer"] = "perhaps"
        case _:
            body["box"] = text(bytes(10))

    assert post(browser, f"{PATH}{uid}/answer/", body).status_code == 422
    assert Keyholders.objects.get().number == 1


def test_an_open_screen_is_not_enough_to_let_a_device_in(account, browser, phone, uid):
    post(phone, f"{PATH}{uid}/offers/", offer(account))
    let_time_pass(phone)

    assert post(phone, f"{PATH}{uid}/answer/", allowed(account)).status_code == 403
    assert post(phone, PATH, {"uid": new_uid()}).status_code == 403
