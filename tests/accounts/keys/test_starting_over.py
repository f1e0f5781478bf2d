"""A new key that nothing before it signed: after a wait that any session of the person can stop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain import users
from accounts.domain.locks import Gone
from accounts.keys import starting_over
from accounts.models import AccountKey, Device, OutgoingMail, PublicKey, SealedSeed, StoreObject, WaitingReset
from tests.account import fingerprint
from tests.accounts.keys.http import post
from tests.accounts.keys.test_store import PEOPLE, put
from tests.mails import delivered
from tests.pages import page

PATH, STOP = "/keys/account/", "/keys/account/stop/"


@pytest.fixture
def asked(account, browser):
    key, body = account.body("reset", "New laptop", new=("New laptop",))
    answer = post(browser, PATH, body)
    assert answer.status_code == 202
    account.keys.append(key)
    return body


def let_it_be_due():
    WaitingReset.objects.update(due_at=timezone.now())
    starting_over.finish_due()


def generations(account):
    return list(AccountKey.objects.of(account.user).values_list("generation", "cause"))


def test_while_it_waits_nothing_changes_and_the_new_browser_finds_its_box(account, browser, asked):
    new = fingerprint(account.device("New laptop"))
    waiting = browser.get(f"/keys/account.json?for={new}").json()["starting_over"]

    assert waiting["link"]["cause"] == "reset"
    assert [box["recipient"] for box in waiting["boxes"]] == [new]
    assert post(browser, PATH, asked).status_code == 202
    starting_over.finish_due()
    assert generations(account) == [(1, "new")]
    assert OutgoingMail.objects.count() == 1


def test_mail_and_page_say_how_long_it_takes(account, browser, monkeypatch):
    monkeypatch.setattr(starting_over, "WAIT", timedelta(days=1))
    _key, body = account.body("reset", "New laptop", new=("New laptop",))

    post(browser, PATH, body)

    (mail,) = delivered()
    assert "It happens in 1 day." in mail.body
    loss = page(browser.get("/keys/add/")).one("div", id="start-over-loss").text
    assert "in use in the last 30 days, it takes 24 hours," in loss


@pytest.mark.parametrize("junk", ["\0", "\ud800", float("inf")])
def test_what_can_not_be_kept_is_refused(account, browser, junk):
    _key, body = account.body("reset", "New laptop", new=("New laptop",))

    assert post(browser, PATH, {**body, "junk": junk}).status_code == 422
    assert post(browser, PATH, body).status_code == 202


def test_when_it_is_due_all_that_was_ends(account, browser):
    put(browser, PEOPLE)
    key, body = account.body("reset", "New laptop", new=("New laptop",))
    post(browser, PATH, body)

    let_it_be_due()

    assert generations(account) == [(1, "new"), (2, "reset")]
    new = fingerprint(account.device("New laptop"))
    assert list(SealedSeed.objects.values_list("generation", "recipient")) == [(2, new)]
    assert Device.objects.get(removed_at=None).fingerprint == new
    (active,) = PublicKey.objects.active_of(account.user)
    assert (active.fingerprint, active.replaced_by) == (key.fingerprint.hex(), None)
    assert PublicKey.objects.filter(revoked_at=None).count() == 1
    assert not StoreObject.objects.exists()
    assert post(browser, PATH, body).status_code == 201


def test_any_session_stops_it(account, browser, asked):
    assert post(browser, STOP).json()["account"]["starting_over"] is None
    assert post(browser, STOP).status_code == 409

    let_it_be_due()

    assert generations(account) == [(1, "new")]


def test_who_still_holds_the_key_stops_it_by_replacing_it(account, asked):
    account.keys.pop()
    account.replace("Laptop", generation=3)

    let_it_be_due()

    assert generations(account) == [(1, "new"), (3, "routine")]


def test_a_list_that_came_meanwhile_keeps_it_from_happening(account, browser, asked):
    account.keys.pop()
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    account.change(account.list_body("Laptop"))

    let_it_be_due()

    assert (generations(account), WaitingReset.objects.count()) == ([(1, "new")], 0)


def test_it_does_not_come_into_force_while_the_account_is_closed_and_nobody_could_stop_it(account, asked):
    users.deactivate(account.user)

    let_it_be_due()
    with pytest.raises(Gone):
        account.start_over("New laptop")

    assert (generations(account), WaitingReset.objects.count()) == ([(1, "new")], 0)


def test_where_no_device_was_used_for_a_month_it_happens_at_once(account, browser):
    Device.objects.update(used_at=timezone.now() - timedelta(days=31))

    assert account.start_over("New laptop")
    assert generations(account) == [(1, "new"), (2, "reset")]


def test_nobody_starts_over_who_has_no_key_or_with_a_link(account, mallory, browser):
    body = account.body("reset", "New laptop", new=("New laptop",))[1]
    account.number -= 1
    linked = {**body, "link_box": account.body("routine", "Laptop")[1]["link_box"]}

    assert post(browser, PATH, linked).status_code == 422
    AccountKey.objects.all().delete()
    assert post(browser, PATH, body).status_code == 409
