"""Making an account key and replacing it, over HTTP."""

import base64
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.domain import keys, sessions
from accounts.keys import chain, reading
from accounts.keys.errors import Refused
from accounts.models import AccountKey, Device, Keyholders, OutgoingMail, PublicKey, SealedSeed
from secureblogs.crypto.account_keys import open_box
from secureblogs.crypto.chains import check_chain
from tests.account import Account, fingerprint, text
from tests.accounts.keys.http import post
from tests.pages import page, signed_in
from tests.posts.views.test_sensitive_steps import let_time_pass

PATH = "/keys/account/"


def test_the_first_browser_makes_the_account_key(alice, browser):
    account = Account(alice.user)
    key, body = account.body("new", "Laptop", new=("Laptop",))

    answer = post(browser, PATH, body)

    assert answer.status_code == 201
    seen = answer.json()["account"]
    laptop = fingerprint(account.device("Laptop"))
    assert [link["generation"] for link in seen["chain"]] == [1]
    assert seen["keyholders"]["holders"] == [{"kind": "device", "fingerprint": laptop, "name": "Laptop"}]
    assert [device["fingerprint"] for device in seen["devices"]] == [laptop]
    assert browser.get("/keys/public_keys.json").json()["public_keys"].keys() >= {laptop}
    assert (seen["boxes"], seen["links"]) == ([], [])
    mine = browser.get(f"/keys/account.json?for={laptop}").json()
    (box,) = mine["boxes"]
    opened = open_box(
        base64.b64decode(box["box"]),
        account.device("Laptop"),
        user=alice.user.uid,
        generation=1,
        fingerprint=bytes.fromhex(seen["chain"][0]["fingerprint"]),
        signing_key=base64.b64decode(seen["chain"][0]["signing_key"]),
    )
    assert opened.fingerprint == key.fingerprint
    # What was wrapped for the browser's own key before stays readable, and nothing more is wrapped for it.
    assert [key.kind for key in PublicKey.objects.active_of(alice.user)] == ["account"]
    assert PublicKey.objects.opening_of(alice.user).count() == 2


def test_the_same_request_again_changes_nothing(alice, browser):
    _key, body = Account(alice.user).body("new", "Laptop", new=("Laptop",))

    assert [post(browser, PATH, body).status_code for _ in range(3)] == [201, 200, 200]
    assert OutgoingMail.objects.count() == 1


def test_of_two_first_keys_the_second_one_is_told_the_first(account, browser):
    _key, body = Account(account.user).body("new", "Phone", generation=2, new=("Phone",))

    answer = post(browser, PATH, body)

    assert answer.status_code == 409
    assert [link["generation"] for link in answer.json()["account"]["chain"]] == [1]


def test_a_replaced_key_leads_on_and_its_chain_holds(account, browser):
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    _key, body = account.body("lost-device", "Laptop", generation=3)

    answer = post(browser, PATH, body)

    assert answer.status_code == 201
    links = [key.link for key in AccountKey.objects.of(account.user)]
    check_chain(links, user=account.user.uid)
    assert [link.generation for link in links] == [1, 3]
    first, third = PublicKey.objects.filter(user=account.user, kind="account").order_by("pk")
    assert (first.replaced_by, first.is_active, third.is_active) == (third, False, True)
    assert list(SealedSeed.objects.order_by("generation").values_list("generation", "recipient")) == [
        (1, third.fingerprint),
        (3, fingerprint(account.device("Laptop"))),
    ]
    assert Device.objects.get(name="Phone").removed_at is not None


def test_what_is_read_while_the_key_is_replaced_is_of_one_moment(account, alice):
    once = iter([True])

    def in_between(execute, sql, *rest):
        # After the chain was read.
        if '"accounts_keyholders"' in sql and next(once, False):
            account.replace("Laptop")
        return execute(sql, *rest)

    with connection.execute_wrapper(in_between):
        found: Any = reading.account(alice.user, fingerprint(account.device("Laptop")))

    generations = [found["chain"][-1], found["keyholders"], *found["boxes"]]
    assert [each["generation"] for each in generations] == [2, 2, 2]


def test_a_lost_device_ends_every_session_but_this_one(alice, account, browser):
    elsewhere = signed_in(alice)
    assert elsewhere.get("/keys/account.json").status_code == 200

    post(browser, PATH, account.body("lost-device", "Laptop")[1])

    assert elsewhere.get("/keys/account.json").status_code == 401
    assert browser.get("/keys/account.json").status_code == 200


def test_a_process_that_dies_after_a_loss_leaves_no_session(alice, account, browser, monkeypatch):
    elsewhere = signed_in(alice)
    monkeypatch.delattr(sessions, "go_on")

    with pytest.raises(AttributeError):
        post(browser, PATH, account.body("lost-device", "Laptop")[1])

    assert [each.get("/keys/account.json").status_code for each in (elsewhere, browser)] == [401, 401]


def test_everything_older_stands_for_the_newest(account):
    account.replace("Laptop")
    account.replace("Laptop")

    stands_for = PublicKey.objects.filter(user=account.user, kind="account").exclude(replaced_by=None)
    assert set(stands_for.values_list("replaced_by", flat=True)) == {account.public_key.pk}
    assert stands_for.count() == 2


SPOILT = {
    "a box too few": lambda body: body["boxes"].pop(),
    "a box too many": lambda body: body["boxes"].append({**body["boxes"][0], "recipient": "a" * 64}),
    "no link": lambda body: body.update(link_box=None),
    "a link of the wrong size": lambda body: body.update(link_box="AAAA"),
    "no signature by the key before": lambda body: body["link"].update(signature_before=None),
    "another's signature": lambda body: body["link"].update(signature=text(bytes(64))),
    "a refused signing key": lambda body: body["link"].update(signing_key=text(bytes([1]) + bytes(31))),
    "another cause": lambda body: body["link"].update(cause="lost-device"),
    "no such cause": lambda body: body["link"].update(cause="fun"),
    "a list that is not signed": lambda body: body["keyholders"].update(signature=text(bytes(64))),
    "another name on the list": lambda body: body["keyholders"]["holders"][0].update(name="Eve"),
    "a holder without a key": lambda body: body["keyholders"]["holders"].append(
        {"kind": "device", "fingerprint": "f" * 64, "name": "Eve"}
    ),
    "a key without a holder": lambda body: body["devices"].append({"public_key": body["link"]["public_key"]}),
    "an own key of nobody": lambda body: body["own_keys"].append(
        {"fingerprint": "a" * 64, "label": "", "signature": text(bytes(64))}
    ),
    "a number that is none": lambda body: body["link"].update(generation=True),
    "a number too large": lambda body: body["link"].update(generation=2**31),
    "no object": lambda body: body.update(link=7),
    "no list": lambda body: body.update(boxes="many"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_request_changes_nothing_and_says_why(account, browser, name):
    _key, body = account.body("routine", "Laptop")
    spoilt = deepcopy(body)
    SPOILT[name](spoilt)

    answer = post(browser, PATH, spoilt)

    assert answer.status_code == 422
    assert all(sentences and sentences[0] for sentences in answer.json()["errors"].values())
    assert AccountKey.objects.count() == 1
    assert Keyholders.objects.get().number == 1
    assert post(browser, PATH, body).status_code == 201


def test_a_generation_or_a_number_that_is_not_higher_is_too_late(account, browser):
    account.replace("Laptop")
    _key, lower = account.body("routine", "Laptop", generation=2)
    account.number = 0
    _key, same_number = account.body("routine", "Laptop")

    assert [post(browser, PATH, body).status_code for body in (lower, same_number)] == [409, 409]


def test_nobody_replaces_their_key_all_day(account, browser, monkeypatch):
    monkeypatch.setattr(chain, "MOST_A_DAY", 2)
    bodies = []
    for _ in range(2):
        key, body = account.body("routine", "Laptop")
        bodies.append(post(browser, PATH, body).status_code)
        account.keys.append(key)

    assert bodies == [201, 429]


def test_who_they_are_is_confirmed_first(account, browser):
    let_time_pass(browser)

    answer = post(browser, PATH, account.body("routine", "Laptop")[1])

    assert (answer.status_code, list(answer.json())) == (403, ["reauthenticate"])
    assert AccountKey.objects.count() == 1


def test_a_replaced_key_is_told_by_mail(account, browser):
    post(browser, PATH, account.body("lost-device", "Laptop")[1])

    assert OutgoingMail.objects.count() == 1


def test_own_keys_that_are_signed_again_go_on_and_the_others_end(alice, account):
    first = alice.user.public_keys.get(kind="own")
    assert first.superseded_at is not None
    for label in ("Two\nlines", "\u202eback", "In\u200bvisible", "a" * 51):
        with pytest.raises(Refused):
            account.replace("Laptop", own={first.fingerprint: label})

    account.replace("Laptop", own={first.fingerprint: "Script"})

    first.refresh_from_db()
    assert (first.is_active, first.label, first.generation) == (True, "Script", 2)

    account.replace("Laptop")

    first.refresh_from_db()
    assert first.revoked_at is not None


def test_the_page_says_which_own_keys_work_and_what_becomes_of_those_that_are_not_ticked(
    alice, account, browser
):
    own = alice.user.public_keys.get(kind="own")
    account.replace("Laptop", own={own.fingerprint: "Script"})
    ends = "Unticked, it ends, and what was encrypted for it is deleted."
    day = date_format(localtime(own.created_at), "j F Y")

    assert _hint(browser, own) == f"A key of your own, added {day}. {ends}"

    keys.mark_unusable(own.pk)

    assert _hint(browser, own) == (
        f"A key of your own to which nothing can be encrypted, added {day}. {ends}"
    )


def _hint(browser: Client, public_key: PublicKey) -> str:
    shown = page(browser.get("/keys/replace/"))
    box = shown.one("input", value=public_key.fingerprint)
    return shown.one("div", id=box["aria-describedby"]).text
