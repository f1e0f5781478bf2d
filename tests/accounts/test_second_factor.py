"""Codes of an app and backup codes: setting up, logging in, guessing, losing."""

import re
import time
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.domain import sessions
from accounts.models import CacheEntry, User
from tests.accounts.second_factors import (
    APP,
    APP_OFF,
    CODES,
    CONFIRM_BY_CODE,
    HOME,
    NEW_CODES,
    PASSKEYS,
    STEP,
    browser,
    is_in,
    logged_in,
    set_up_app,
    shown_codes,
    type_password,
)
from tests.cast import PASSWORD, Person
from tests.mails import delivered, subjects
from tests.moderation import act
from tests.pages import page, signed_in
from tests.passkeys import code_of

NOT_RIGHT = {"code": ["This was not right. Try it again."]}


@pytest.fixture
def app(alice: Person) -> tuple[str, list[str]]:
    """Alice's secret and her backup codes."""
    return set_up_app(logged_in(alice))


def go_on(client: Client, code: str):
    return client.post(STEP, {"code": code})


def test_a_log_in_asks_for_the_code_and_then_goes_on_to_where_one_wanted(alice, app):
    secret, _ = app
    client = browser()

    assert type_password(client, alice, onward="/join/abc/")["Location"] == STEP
    assert not is_in(client)
    assert go_on(client, code_of(secret, seconds=30))["Location"] == "/join/abc/"

    assert is_in(client)


def test_who_has_no_key_is_led_to_one_after_the_code(alice, app):
    alice.user.public_keys.all().delete()
    client = browser()
    type_password(client, alice)

    assert go_on(client, app[1][0])["Location"] == "/keys/welcome/?next=%2Fgroups%2F"


def test_without_the_password_there_is_no_second_step(alice, app):
    client = browser()

    assert go_on(client, app[1][0])["Location"] == "/accounts/login/"
    assert not is_in(client)


@pytest.mark.parametrize("end", [lambda user: user.save(), sessions.end_all], ids=["password", "sessions"])
def test_a_log_in_that_waits_for_the_code_ends_with_the_sessions(alice, app, end):
    client = browser()
    type_password(client, alice)
    alice.user.set_password("correct horse")
    end(alice.user)

    assert go_on(client, code_of(app[0], seconds=30))["Location"] == "/accounts/login/"
    assert not is_in(client)
    assert "Log in again." in page(client.get("/accounts/login/")).text


def test_a_code_counts_for_a_while_and_once(alice, app):
    secret, _ = app
    first, second = browser(), browser()
    for client in (first, second):
        type_password(client, alice)
    late, now = code_of(secret, seconds=-90), code_of(secret, seconds=30)

    assert go_on(first, late).context["form"].errors == NOT_RIGHT
    assert go_on(first, now).status_code == 302
    assert go_on(second, now).context["form"].errors == NOT_RIGHT

    assert (is_in(first), is_in(second)) == (True, False)


def test_a_code_is_spent_for_as_long_as_it_would_count(alice, app, monkeypatch):
    start = time.time() // 30 * 30
    monkeypatch.setattr(time, "time", lambda: start)
    code = code_of(app[0], seconds=30)
    first, second = browser(), browser()
    for client in (first, second):
        type_password(client, alice)
    assert go_on(first, code).status_code == 302

    monkeypatch.setattr(time, "time", lambda: start + 59)
    # Nor is it another one when its digits are written in another way.
    for written in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        # allauth's own note would be gone by then.
        assert CacheEntry.objects.filter(key__contains="mfa.totp.used").delete()[0] == 1
        assert go_on(second, written).context["form"].errors == NOT_RIGHT


def test_the_code_that_turned_the_app_on_is_spent(alice, monkeypatch):
    # Not at the end of its thirty seconds.
    start = time.time() // 30 * 30
    monkeypatch.setattr(time, "time", lambda: start)
    secret, _ = set_up_app(logged_in(alice))
    client = browser()
    type_password(client, alice)

    assert go_on(client, code_of(secret)).context["form"].errors == NOT_RIGHT
    assert go_on(client, code_of(secret, seconds=30)).status_code == 302


def test_a_backup_code_counts_once_and_its_person_is_told(alice, app):
    _, codes = app
    first, second = browser(), browser()
    for client in (first, second):
        type_password(client, alice)

    assert go_on(first, codes[0]).status_code == 302
    assert go_on(second, codes[0]).context["form"].errors == NOT_RIGHT

    (told,) = [mail for mail in delivered() if mail.subject == "A backup code was used"]
    assert (told.to, "9 are left" in str(told.body)) == ([alice.user.email], True)


def test_guessing_codes_is_limited_and_the_owner_is_told(alice, app):
    client = browser()
    type_password(client, alice)

    answers = [go_on(client, "000000") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].context["form"].errors == {
        "code": ["Too many tries were wrong. Wait 5 minutes, then try again."]
    }
    assert 290 < int(answers[-1]["Retry-After"]) <= 300
    assert go_on(client, app[1][0]).status_code == 429
    assert "Wrong codes for your account" in subjects()


def test_neither_the_password_s_reset_nor_another_link_goes_past_the_second_factor(alice, app):
    client = browser()
    client.post("/accounts/password/reset/", {"email": alice.user.email})
    (link,) = re.findall(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(delivered()[-1].body))
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": "another long secret"}).status_code == 302
    assert not is_in(client)

    typed = {"login": alice.user.email, "password": "another long secret"}
    assert client.post("/accounts/login/", typed)["Location"] == STEP


def test_setting_up_and_turning_off_is_told_by_mail_and_asks_who_one_is(
    alice, monkeypatch, django_capture_on_commit_callbacks
):
    client = logged_in(alice)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    assert "An app is asked for when you log in" in subjects()
    assert page(client.get(HOME)).one("main").links["Turn off the app"] == APP_OFF

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 6 * 60)
    for address in (APP_OFF, NEW_CODES, CODES):
        assert client.get(address)["Location"].startswith("/accounts/reauthenticate/?next="), address
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert client.post(APP_OFF)["Location"] == HOME
    assert "The app of your second factor was turned off" in subjects()
    assert type_password(browser(), alice)["Location"] == "/groups/"
    assert not Authenticator.objects.exists()


def test_an_app_that_has_not_the_secret_is_not_turned_on(alice):
    client = logged_in(alice)
    secret = page(client.get(APP)).one("code", data_app_secret="").text

    wrong = client.post(APP, {"code": "000000"})

    assert wrong.context["form"].errors == NOT_RIGHT
    assert page(wrong).one("code", data_app_secret="").text == secret
    assert page(wrong).one("qr-code")["data-text"] == (
        f"otpauth://totp/alice%40example.org?secret={secret.replace(' ', '')}&issuer=SecureBlogs%20%28localhost%29"
    )
    assert type_password(browser(), alice)["Location"] == "/groups/"


def test_the_database_has_neither_secret_nor_codes_to_read(alice):
    client = logged_in(alice)
    secret = page(client.get(APP)).one("code", data_app_secret="").text.replace(" ", "")
    offered = [session.get_decoded() for session in Session.objects.all()]
    assert secret not in str(offered)
    _, codes = set_up_app(client)

    kept = str(list(Authenticator.objects.values())) + str(
        [each.get_decoded() for each in Session.objects.all()]
    )

    assert [each for each in (secret, *codes) if each in kept] == []
    assert len(codes) == 10


def test_after_another_secret_key_nobody_gets_in_by_a_code_and_no_page_breaks(alice, app, settings):
    client = browser()
    type_password(client, alice)
    # Sessions in the database are signed with it, too; only the codes are looked at here.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    type_password(client, alice)

    for code in (code_of(app[0], seconds=30), app[1][0]):
        assert go_on(client, code).context["form"].errors == NOT_RIGHT
    assert signed_in(alice).get(HOME).status_code == 200


def test_backup_codes_are_shown_once_and_made_anew(alice, app, django_capture_on_commit_callbacks):
    client = logged_in_with(alice, app[1][0])
    assert shown_codes(client) == []

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(NEW_CODES)["Location"] == CODES

    new = shown_codes(client)
    assert (len(new), set(new) & set(app[1])) == (10, set())
    assert shown_codes(client) == []
    apart = "A backup code opens no post: what brings your posts back is another thing, the recovery code of your keys."
    assert apart in page(client.get(CODES)).one("main").text
    assert "New backup codes for logging in" in subjects()
    type_password(again := browser(), alice)
    assert go_on(again, app[1][1]).context["form"].errors == NOT_RIGHT
    assert go_on(again, new[1]).status_code == 302


def logged_in_with(person: Person, code: str) -> Client:
    client = browser()
    type_password(client, person)
    assert go_on(client, code).status_code == 302
    return client


def test_a_code_confirms_who_one_is(alice, app, monkeypatch):
    client = logged_in_with(alice, app[1][0])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 6 * 60)
    asks = page(client.get(NEW_CODES, follow=True)).one("main")
    by_code = asks.links["a code of your app"]
    assert by_code.startswith(CONFIRM_BY_CODE)

    confirmed = client.post(by_code, {"code": code_of(app[0]), "next": NEW_CODES})

    assert confirmed["Location"] == NEW_CODES
    assert client.get(NEW_CODES).status_code == 200


def test_one_s_pages_are_one_s_own(alice, bob, app):
    bobs = logged_in(bob)
    assert page(logged_in_with(alice, app[1][0]).get(HOME)).all("section", aria_labelledby="codes")

    assert not page(bobs.get(HOME)).all("section", aria_labelledby="codes")
    assert [bobs.get(address).status_code for address in (CODES, APP_OFF)] == [404, 404]
    assert Client().get(HOME)["Location"] == f"/accounts/login/?next={HOME}"


@pytest.mark.parametrize("address", [HOME, APP, APP_OFF, CODES, NEW_CODES, PASSKEYS, CONFIRM_BY_CODE])
def test_every_page_renders(alice, app, address):
    assert logged_in_with(alice, app[1][0]).get(address, follow=True).status_code == 200


def test_a_moderator_turns_off_what_somebody_lost(alice, app, moderator):
    act(moderator, "turn_off_second_factor", alice.user)

    assert not Authenticator.objects.exists()
    assert "Your second factor was turned off" in subjects()
    assert type_password(browser(), alice)["Location"] == "/groups/"


def test_a_moderator_leaves_those_alone_who_may_use_the_admin(alice, app, moderator):
    User.objects.filter(pk=alice.user.pk).update(is_staff=True)

    act(moderator, "turn_off_second_factor", alice.user)

    assert Authenticator.objects.filter(user=alice.user).exists()


def test_the_machine_s_administrator_turns_it_off_by_a_command(alice, app):
    call_command("turn_off_second_factor", "Alice@Example.org", stdout=StringIO())

    assert not Authenticator.objects.exists()
    for address, said in (("alice@example.org", "no second factor"), ("nobody@example.org", "no account")):
        with pytest.raises(CommandError, match=said):
            call_command("turn_off_second_factor", address)
