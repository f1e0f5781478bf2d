"""What people are told about their keys, and what they see of each other's."""

import pytest

from accounts.domain import account_notices
from groups.domain import members
from secureblogs.crypto.public_keys import read_public_key
from tests.account import Account
from tests.cast import make_person
from tests.mails import delivered
from tests.pages import signed_in
from tests.posts.keys import AS_JSON, new_pem

NOTICES = [
    *("account_key_made", "device_added", "code_made", "code_used", "key_replaced", "device_lost"),
    *("starting_over", "started_over"),
]


@pytest.mark.parametrize("what", NOTICES)
def test_every_notice_is_a_mail_that_leads_to_the_keys(alice, what):
    account_notices.tell_of_keys(alice.user, what, days=3)

    (mail,) = delivered()
    assert mail.to == [alice.user.email]
    assert "/keys/" in mail.body


def test_nobody_fills_a_mailbox_or_keeps_the_first_notice_of_a_kind_from_it(alice, monkeypatch):
    monkeypatch.setattr(account_notices, "MOST_AN_HOUR", 2)
    for _ in range(3):
        account_notices.tell_of_password(alice.user)

    for what in [*3 * ["code_made"], "device_added"]:
        account_notices.tell_of_keys(alice.user, what)

    assert [mail.subject for mail in delivered()] == [
        *3 * ["Your password was changed"],
        *2 * ["A recovery code was made for your account"],
        "A device was added to your account",
    ]


def test_who_shares_a_group_sees_the_chain_from_a_generation_on(account, alice, bob, carol, group):
    account.replace("Laptop")
    account.replace("Laptop")
    path = f"/people/{alice.user.uid}/keys.json"

    def generations(person, query=""):
        answer = signed_in(person).get(path + query)
        return answer.status_code, [link["generation"] for link in answer.json().get("chain", [])]

    assert generations(bob) == (200, [1, 2, 3])
    assert generations(bob, "?from=2") == (200, [2, 3])
    assert generations(bob, "?from=nothing") == (200, [1, 2, 3])
    assert generations(alice, "?from=3") == (200, [3])
    assert generations(carol) == (404, [])
    members.join(group, user=carol.user)
    assert generations(carol) == (200, [1, 2, 3])


def test_an_own_key_beside_an_account_key_is_signed_by_it(account, alice, browser):
    pem = new_pem()
    unsigned = browser.post("/keys/", {"label": "Script", "public_key": pem}, headers=AS_JSON)
    assert (unsigned.status_code, list(unsigned.json()["errors"])) == (422, ["signature"])

    mark = read_public_key(pem).fingerprint.hex()
    signature = account.own_signature(account.newest, mark, "Script")
    other = Account(make_person("Zoe").user).own_signature(account.newest, mark, "Script")
    sent = {"label": "Script", "public_key": pem, "signature": signature}
    assert browser.post("/keys/", {**sent, "signature": other}, headers=AS_JSON).status_code == 422
    assert browser.post("/keys/", {**sent, "label": "Other"}, headers=AS_JSON).status_code == 422
    assert browser.post("/keys/", sent, headers=AS_JSON).status_code == 201

    people = browser.get(f"/people/{alice.user.uid}/keys.json").json()
    assert people["own_keys"] == [
        {"fingerprint": mark, "label": "Script", "generation": 1, "signature": signature}
    ]
