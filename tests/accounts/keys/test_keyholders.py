"""The list of devices and codes, and what a thief at an open screen can do to it."""

import pytest

from accounts.keys import keyholders
from accounts.keys.sent import MOST_DEVICES
from accounts.models import Device, Keyholders, OutgoingMail, RecoveryCode, SealedSeed
from secureblogs.crypto.wrapping import public_key_of
from tests.account import Account, fingerprint, text
from tests.accounts.keys.http import post
from tests.cast import make_person
from tests.mails import delivered
from tests.pages import signed_in
from tests.posts.views.test_sensitive_steps import let_time_pass

PATH, USED = "/keys/keyholders/", "/keys/used/"


def names(answer) -> list[str]:
    return [holder["name"] for holder in answer.json()["account"]["keyholders"]["holders"]]


def test_a_second_device_gets_a_box_and_its_owner_a_mail(account, browser):
    answer = post(browser, PATH, account.list_body("Laptop", "Phone", new=("Phone",)))

    phone = fingerprint(account.device("Phone"))
    assert (answer.status_code, sorted(names(answer))) == (200, ["Laptop", "Phone"])
    assert SealedSeed.objects.filter(recipient=phone).count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_code_that_let_a_device_in_is_told_as_that_and_another_number_is_not(account, browser):
    code = account.new_code()
    account.change(account.list_body("Laptop", codes=[code], new_codes=[code]))
    used = {"codes": [code], "used_code": fingerprint(code.wrapping)}

    post(browser, PATH, account.list_body("Laptop", "Phone", new=("Phone",), **used))
    used["used_code"] = "a" * 64
    post(browser, PATH, account.list_body("Laptop", "Phone", "Tablet", new=("Tablet",), **used))

    subjects = [mail.subject for mail in delivered()][-2:]
    assert subjects == ["Your recovery code was used", "A device was added to your account"]


def test_the_same_list_again_changes_nothing(account, browser):
    body = account.list_body("Laptop", "Phone", new=("Phone",))

    assert [post(browser, PATH, body).status_code for _ in range(2)] == [200, 200]
    assert (Keyholders.objects.get().number, OutgoingMail.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("name", "spoil", "status"),
    [
        ("of an older generation", lambda body: body.update(generation=9), 409),
        ("with a number that is not higher", lambda body: body.update(number=1), 409),
        ("with another name", lambda body: body["holders"][0].update(name="Eve"), 422),
        ("out of order", lambda body: body["holders"].reverse(), 422),
        ("of another kind", lambda body: body["holders"][0].update(kind="recovery", name=""), 422),
        ("with a name of two lines", lambda body: body["holders"][0].update(name="a\nb"), 422),
        ("with no box", lambda body: body["boxes"].clear(), 422),
        (
            "with a box for who has one",
            lambda body: body["boxes"].append({**body["boxes"][0], "recipient": "a" * 64}),
            422,
        ),
        ("with no key", lambda body: body["devices"].clear(), 422),
        ("signed by nobody", lambda body: body.update(signature=text(bytes(64))), 422),
        ("confirming what is no code", lambda body: body.update(confirmed="a" * 64), 422),
    ],
)
def test_a_spoilt_list_changes_nothing(account, browser, name, spoil, status):
    body = account.list_body("Laptop", "Phone", new=("Phone",))
    spoil(body)

    assert post(browser, PATH, body).status_code == status, name
    assert (Keyholders.objects.get().number, Device.objects.count()) == (1, 1)


def test_no_device_comes_back_with_the_key_that_it_had(account, browser):
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    account.change(account.list_body("Laptop"))

    answer = post(browser, PATH, account.list_body("Laptop", "Phone", new=("Phone",)))

    assert answer.status_code == 422
    removed = browser.get("/keys/account.json").json()["removed"]
    assert [each["fingerprint"] for each in removed] == [fingerprint(account.device("Phone"))]
    assert not SealedSeed.objects.filter(recipient=removed[0]["fingerprint"]).exists()


def test_what_is_wrapped_for_is_no_device(account, browser):
    account.devices["Trap"] = account.newest.wrapping

    assert post(browser, PATH, account.list_body("Laptop", "Trap", new=("Trap",))).status_code == 422


def test_for_a_device_or_a_code_nothing_is_wrapped(account, browser):
    code = account.new_code()
    account.change(account.list_body("Laptop", codes=[code], new_codes=[code]))
    for holder in (account.device("Laptop"), code.wrapping):
        signature = account.own_signature(account.newest, fingerprint(holder), "Trap")
        sent = {"label": "Trap", "public_key": public_key_of(holder).pem, "signature": signature}
        answer = browser.post("/keys/", sent, headers={"Accept": "application/json"})

        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["public_key"])


def test_a_day_has_room_for_a_few_devices_and_an_account_for_fifty(account, browser, monkeypatch):
    monkeypatch.setattr(keyholders, "MOST_ADDED_A_DAY", 2)

    lists = [("Laptop", "Phone"), ("Laptop", "Phone", "Tablet")]
    found = [post(browser, PATH, account.list_body(*each, new=each[-1:])).status_code for each in lists]

    assert found == [200, 429]
    assert MOST_DEVICES == 50


def test_a_code_lives_beside_the_confirmed_one_until_it_is_confirmed_itself(account, browser):
    first, second, third = (account.new_code() for _ in range(3))
    made = account.list_body("Laptop", codes=[first], new_codes=[first])
    confirm = account.list_body("Laptop", codes=[first], confirmed=fingerprint(first.wrapping))
    another = account.list_body("Laptop", codes=[first, second], new_codes=[second])

    assert [post(browser, PATH, body).status_code for body in (made, confirm, another)] == [200, 200, 200]
    codes = browser.get("/keys/account.json").json()["recovery_codes"]
    assert [code["confirmed"] for code in codes] == [True, False]

    # A third one can't come beside them, and the first one has to go when the second one is confirmed.
    both = account.list_body("Laptop", codes=[first, second], confirmed=fingerprint(second.wrapping))
    assert post(browser, PATH, both).status_code == 422
    three = account.list_body("Laptop", codes=[first, second, third], new_codes=[third])
    assert post(browser, PATH, three).status_code == 422
    let_time_pass(browser)
    last = account.list_body("Laptop", codes=[second], confirmed=fingerprint(second.wrapping))
    assert post(browser, PATH, last).status_code == 200
    assert RecoveryCode.objects.get().fingerprint == fingerprint(second.wrapping)


def test_a_code_endorses_the_newest_key_or_is_refused(account, browser):
    code = account.new_code()
    body = account.list_body("Laptop", codes=[code], new_codes=[code])
    body["recovery_codes"][0]["endorsement"] = text(account.new_code().signing.sign(b""))

    assert post(browser, PATH, body).status_code == 422
    assert not RecoveryCode.objects.exists()


def test_a_thief_at_an_open_screen_neither_adds_nor_takes_off(account, browser):
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    let_time_pass(browser)
    code = account.new_code()
    # The thief also says to sit at the phone, which a stolen session can't.
    post(browser, USED, {"fingerprint": fingerprint(account.device("Phone"))})
    tried = [
        account.list_body("Laptop"),
        account.list_body("Phone"),
        account.list_body("Laptop", "Phone", "Thief", new=("Thief",)),
        account.list_body("Laptop", "Phone", codes=[code], new_codes=[code]),
    ]

    answers = [post(browser, PATH, body) for body in tried]

    assert [(answer.status_code, list(answer.json())) for answer in answers] == [
        (403, ["reauthenticate"])
    ] * 4
    assert Keyholders.objects.get().number == 2


def test_renaming_and_forgetting_this_browser_take_no_password(account, browser):
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    assert post(browser, USED, {"fingerprint": fingerprint(account.device("Laptop"))}).status_code == 204
    let_time_pass(browser)

    account.devices["Old laptop"] = account.device("Laptop")
    assert sorted(names(post(browser, PATH, account.list_body("Old laptop", "Phone")))) == [
        "Old laptop",
        "Phone",
    ]
    assert names(post(browser, PATH, account.list_body("Phone"))) == ["Phone"]
    assert post(browser, USED, {"fingerprint": fingerprint(account.device("Laptop"))}).status_code == 404


def test_without_an_account_key_there_is_no_list(account):
    zoe = make_person("Zoe")
    stranger = Account(zoe.user, keys=[account.newest])

    assert post(signed_in(zoe), PATH, stranger.list_body("Laptop", new=("Laptop",))).status_code == 409
