"""Passkeys: as a second factor, alone, and in the hands of others."""

import json
import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator

from accounts.domain import users
from accounts.forms import second_factor
from tests.accounts.second_factors import (
    ADD,
    ALONE,
    CODES,
    CONFIRM_BY_PASSKEY,
    PASSKEYS,
    STEP,
    add_passkey,
    asked_alone,
    browser,
    is_in,
    logged_in,
    options_of,
    prove,
    type_password,
)
from tests.cast import Person
from tests.mails import subjects
from tests.pages import main, page, signed_in
from tests.passkeys import Passkey

GARBAGE = [
    "",
    "{}",
    "[]",
    "null",
    '"x"',
    "5",
    '{"id": "a"}',
    "[" * 30_000,
    f'{{"id": {"9" * 5_000}}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": []}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "W10", "attestationObject": "gA"}}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30", "authenticatorData": "YQ", "signature": ""}}',
]


@pytest.fixture
def passkey(alice: Person) -> Passkey:
    """Alice's."""
    passkey = Passkey()
    assert add_passkey(logged_in(alice), passkey)["Location"] == CODES
    return passkey


def test_a_passkey_is_the_second_step_of_a_log_in(alice, passkey):
    client = browser()
    assert type_password(client, alice)["Location"] == STEP

    answer = prove(client, STEP, passkey.use(options_of(client.get(STEP))))

    assert answer["Location"] == "/groups/"
    assert is_in(client)


def test_a_passkey_logs_in_alone_and_nothing_else_is_asked(alice, passkey):
    client = browser()

    answer = prove(client, ALONE, passkey.use(asked_alone(client)), next="/groups/")

    assert answer["Location"] == "/groups/"
    assert is_in(client)


def test_a_passkey_that_does_not_know_its_person_does_not_log_in_alone(alice, bob, passkey):
    passkey.verifies = False
    client = browser()
    prove(client, ALONE, passkey.use(asked_alone(client)))
    assert not is_in(client)
    # Another's second step asks for less.
    own = Passkey()
    add_passkey(logged_in(bob), own)
    type_password(client, bob)
    options = options_of(client.get(STEP))
    prove(client, ALONE, passkey.use(options))
    assert not is_in(client)

    type_password(client, bob)
    assert prove(client, STEP, own.use(options_of(client.get(STEP)))).status_code == 302
    assert is_in(client)


def test_somebody_else_s_passkey_is_no_second_step(alice, bob, passkey):
    own = Passkey()
    add_passkey(logged_in(bob), own)
    client = browser()
    type_password(client, alice)

    said = own.use(options_of(client.get(STEP)))
    assert prove(client, STEP, {**said, "id": "AAAA", "rawId": "AAAA"}).status_code == 200
    assert prove(client, STEP, own.use(options_of(client.get(STEP)))).status_code == 200

    assert not is_in(client)


def test_a_forged_proof_and_an_old_one_let_nobody_in(alice, passkey):
    client = browser()
    forger = Passkey(id=passkey.id, handle=passkey.handle)
    prove(client, ALONE, forger.use(asked_alone(client)))
    assert not is_in(client)

    old = passkey.use(asked_alone(client))
    prove(client, ALONE, old)
    assert is_in(client)
    again = browser()
    asked_alone(again)
    prove(again, ALONE, old)
    assert not is_in(again)


@pytest.mark.parametrize("credential", GARBAGE)
def test_what_is_no_answer_of_a_browser_breaks_nothing(alice, passkey, credential):
    client, inside = browser(), signed_in(alice)
    asked_alone(client)
    alone = client.post(ALONE, {"credential": credential}, follow=True)
    type_password(client, alice)
    client.get(STEP)
    step = client.post(STEP, {"credential": credential})
    inside.get(ADD)
    added = inside.post(ADD, {"name": "x", "credential": credential})

    assert [answer.status_code for answer in (alone, step, added)] == [200] * 3
    assert main(alone).all("h1")[0].text == "Log in"
    assert not is_in(client)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_closed_account_is_closed_to_its_passkey(alice, passkey):
    users.deactivate(alice.user)
    client = browser()

    assert prove(client, ALONE, passkey.use(asked_alone(client)))["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_adding_renaming_and_removing_is_seen_and_told(alice, passkey):
    client = browser()
    prove(client, ALONE, passkey.use(asked_alone(client)))
    (row,) = page(client.get(PASSKEYS)).one("main").all("li", class_="row")
    assert row.all("p")[0].text == "Stick logs in alone"
    assert "A passkey was added to your account" in subjects()

    client.post(row.links["Rename"], {"name": "Blue stick"})
    (row,) = page(client.get(PASSKEYS)).one("main").all("li", class_="row")
    assert row.all("p")[0].text == "Blue stick logs in alone"
    removal = page(client.get(row.links["Remove"]))
    assert removal.one("h1").text == "Remove the passkey Blue stick?"
    assert client.post(row.links["Remove"])["Location"] == PASSKEYS

    assert "A passkey of your account was removed" in subjects()
    assert not Authenticator.objects.exists()
    assert type_password(browser(), alice)["Location"] == "/groups/"


def test_nobody_renames_or_removes_somebody_else_s(alice, mallory, passkey):
    kept = Authenticator.objects.get(type="webauthn")
    theirs, nothing = f"{PASSKEYS}keys/{kept.pk}/", f"{PASSKEYS}keys/990000001/"
    alices, mallorys, visitor = signed_in(alice), signed_in(mallory), browser()
    assert [alices.get(f"{theirs}{what}/").status_code for what in ("edit", "remove")] == [200, 200]

    for what in ("edit", "remove"):
        for address in (theirs, nothing):
            assert mallorys.get(f"{address}{what}/").status_code == 404
            assert mallorys.post(f"{address}{what}/", {"name": "Mine"}).status_code == 404
            there = unquote(visitor.get(f"{address}{what}/")["Location"])
            assert there == f"/accounts/login/?next={address}{what}/"

    assert Authenticator.objects.get(pk=kept.pk).wrap().name == "Stick"


def test_a_passkey_confirms_who_one_is(alice, passkey, monkeypatch):
    client = browser()
    prove(client, ALONE, passkey.use(asked_alone(client)))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 6 * 60)
    by_passkey = page(client.get(ADD, follow=True)).one("main").links["a passkey"]
    assert by_passkey.startswith(CONFIRM_BY_PASSKEY)

    said = passkey.use(options_of(client.get(by_passkey)))
    assert prove(client, CONFIRM_BY_PASSKEY, said, next=ADD)["Location"] == ADD

    assert client.get(ADD).status_code == 200


def test_there_is_an_end_to_passkeys_and_to_what_they_say(alice, passkey, monkeypatch):
    client = logged_in_alone(passkey)
    said = json.dumps(Passkey().make(options_of(client.get(ADD))))
    padded = said + " " * second_factor.LONGEST_CREDENTIAL
    assert client.post(ADD, {"credential": padded}).status_code == 200
    monkeypatch.setattr(second_factor, "MOST_PASSKEYS", 2)

    added = [add_passkey(client, Passkey()).status_code for _ in range(2)]

    assert added == [302, 200]
    assert Authenticator.objects.filter(type="webauthn").count() == 2


def logged_in_alone(passkey: Passkey):
    client = browser()
    prove(client, ALONE, passkey.use(asked_alone(client)))
    assert is_in(client)
    return client
