"""Mails between a request and the mail server: nobody waits for it, and nothing unsent counts as sent."""

import base64
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db.models import F
from django.test import Client
from redis import Redis

from accounts.domain import mails
from accounts.models import OutgoingMail, User
from secureblogs.workers import hints
from tests.accounts.second_factors import (
    ALONE,
    STEP,
    add_passkey,
    asked_alone,
    browser,
    is_in,
    logged_in,
    prove,
    set_up_app,
    type_password,
)
from tests.cast import PASSWORD
from tests.mails import MailServer, delivered, mail_server
from tests.pages import Element, main
from tests.passkeys import Passkey, code_of

pytestmark = pytest.mark.usefixtures("verified")

SIGN_UP = {"name": "Zoe", "email": "zoe@example.org", "password1": PASSWORD}
CONFIRM, RESET = "/accounts/confirm-email/", "/accounts/password/reset/"
RESET_SENT = f"{RESET}done/"


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


@pytest.fixture
def away(server) -> None:
    """Nobody listens at the port any more."""
    server.shutdown()
    server.server_close()


def sign_up(**changes: str) -> Client:
    """The browser of Zoe, who signs up."""
    browser = Client()
    browser.post("/accounts/signup/", SIGN_UP | changes)
    return browser


def log_in() -> Client:
    """Another browser of hers, in which she logs in."""
    browser = Client()
    browser.post("/accounts/login/", {"login": "zoe@example.org", "password": PASSWORD})
    return browser


def come_due() -> None:
    """As if the pauses between tries were over."""
    OutgoingMail.objects.update(next_try_at=F("created_at"), tried_at=F("created_at") - timedelta(minutes=1))


def shown(browser: Client, address: str) -> str:
    return part(browser, address).text


def part(browser: Client, address: str) -> Element:
    return main(browser.get(address)).one("live-part", id="mail")


def test_a_mail_server_that_is_away_costs_nobody_their_account_and_the_page_tells_the_truth(away):
    browser = Client()

    answer = browser.post("/accounts/signup/", SIGN_UP)

    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert User.objects.filter(email="zoe@example.org").exists()
    assert shown(browser, CONFIRM) == "A mail with a link is on its way to you."

    delivered()

    assert shown(browser, CONFIRM).startswith("The mail is not sent yet.")
    assert part(browser, CONFIRM).buttons == ["Send again"]


def test_a_mail_server_that_is_away_for_hours_leaves_its_mails_the_longest_pause(away):
    sign_up()
    # A day has some hundred and fifty tries.
    OutgoingMail.objects.update(tries=149)

    delivered()

    mail = OutgoingMail.objects.get()
    assert mail.tries == 150
    assert mail.tried_at is not None
    assert mail.next_try_at - mail.tried_at >= mails.LONGEST_PAUSE


def test_who_has_an_account_gets_in_by_every_way_while_no_mail_goes_out(away, alice):
    EmailAddress.objects.create(user=alice.user, email=alice.user.email, primary=True, verified=True)
    client, passkey = logged_in(alice), Passkey()
    secret, codes = set_up_app(client)
    add_passkey(client, passkey)
    delivered()

    for code in (code_of(secret, seconds=30), codes[0]):
        client = browser()
        assert type_password(client, alice)["Location"] == STEP
        assert client.post(STEP, {"code": code})["Location"] == "/groups/"
        assert is_in(client)
        delivered()
    client = browser()
    assert prove(client, ALONE, passkey.use(asked_alone(client)), next="/groups/")["Location"] == "/groups/"
    assert is_in(client)
    # What they should have been told of waits.
    assert OutgoingMail.objects.filter(state="waiting").count() >= 2


@pytest.mark.parametrize("way", ["sweep", "button", "logging in from another browser"])
def test_once_the_mail_server_is_back_the_mail_goes_out_once(settings, away, way):
    browser = waiting = sign_up()
    delivered()
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        come_due()
        if way == "button":
            assert browser.post(CONFIRM)["Location"] == CONFIRM
        elif way != "sweep":
            waiting = log_in()
            assert shown(waiting, CONFIRM) == "A mail with a link is on its way to you."
        delivered()

        assert len(server.taken) == 1

    assert shown(waiting, CONFIRM).startswith("We have sent you a link by email. Open it to go on.")
    assert part(waiting, CONFIRM).buttons == []


def test_what_was_sent_just_before_is_not_sent_again_and_what_was_not_is(server):
    sign_up()
    delivered()
    for _ in range(2):
        log_in()
        delivered()
    assert len(server.taken) == 1

    OutgoingMail.objects.update(sent_at=F("sent_at") - mails.COOLDOWN)
    log_in()
    delivered()

    assert len(server.taken) == 2


def test_what_a_backup_brings_back_of_long_ago_is_not_sent(server):
    sign_up()
    OutgoingMail.objects.update(created_at=F("created_at") - mails.LIFETIME)

    delivered()

    assert server.taken == []


@pytest.mark.parametrize(
    ("address", "form"), [(RESET_SENT, {"email": "zoe@example.org"}), (CONFIRM, SIGN_UP)]
)
def test_what_the_mail_server_refuses_is_said_on_the_page_that_waits(server, address, form):
    server.answer = "550 5.1.1 No such user"
    browser = Client()
    browser.post(RESET if address == RESET_SENT else "/accounts/signup/", form)
    delivered()

    refused = part(browser, address)

    assert refused.text.startswith(
        "The mail could not be delivered. The mail server refused the mail to zoe@example.org."
    )
    assert refused.buttons == ["Send again"]
    assert "zoe@example.org" not in shown(Client(), address)

    server.answer = "250 OK"
    come_due()
    browser.post(address)
    delivered()
    assert (len(server.taken), part(browser, address).all("p")[0]["data-mail"]) == (1, "sent")


def test_a_no_for_now_is_no_no_for_good(server):
    server.answer = "451 4.7.1 Try again later"
    browser = sign_up()
    delivered()

    assert shown(browser, CONFIRM).startswith("The mail is not sent yet.")

    server.answer = "250 OK"
    come_due()
    delivered()
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "email",
    [
        f"{'a' * 65}@example.org",
        f"a@{'ä' * 60}.org",
        "a@\u200b.org",
        '"\x01"@example.org',
        '"\x0b"@example.org',
        '""@example.org',
        "a@b",
        "a b@example.org",
    ],
)
@pytest.mark.parametrize("address", ["/accounts/signup/", RESET])
def test_a_malformed_address_is_said_at_the_field(address, email):
    answer = Client().post(address, SIGN_UP | {"email": email})

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["email"])
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_who_asks_again_and_again_has_one_mail_on_its_way(away, alice):
    for _ in range(3):
        Client().post(RESET, {"email": alice.user.email})

    assert OutgoingMail.objects.filter(state="waiting").count() == 1


def test_after_a_failure_the_next_try_waits_longer_and_longer_and_others_wait_along(away):
    sign_up()
    sign_up(email="yan@example.org")
    first, other = OutgoingMail.objects.order_by("pk")
    pauses = []
    for _ in range(3):
        OutgoingMail.objects.filter(pk=first.pk).update(next_try_at=F("created_at"))
        mails.send(first.pk)
        first.refresh_from_db()
        assert first.tried_at
        pauses.append((first.next_try_at - first.tried_at).total_seconds())

    assert [round(pause) for pause in pauses] == [10, 20, 40]
    mails.send(other.pk)
    other.refresh_from_db()
    assert other.tries == 0


def test_a_mail_in_the_hands_of_a_worker_is_in_no_others(server):
    sign_up()
    mail = OutgoingMail.objects.get()
    assert mails._claim(mail.pk) is not None

    mails.send(mail.pk)

    assert server.taken == []


def test_a_copy_of_the_database_holds_no_link_and_no_address(alice):
    Client().post(RESET, {"email": alice.user.email})
    row = OutgoingMail.objects.get()
    stored = b"".join(str(value).encode() for value in vars(row).values()) + bytes(row.sealed or b"")

    assert not re.search(rb"/accounts/|alice", stored)
    [message] = delivered()
    assert "/accounts/password/reset/key/" in str(message.body)
    assert OutgoingMail.objects.get().sealed is None


def test_a_mail_that_another_secret_key_sealed_is_dropped(alice, settings, caplog):
    browser = Client()
    browser.post(RESET, {"email": alice.user.email})
    settings.SECRET_KEY = "another"

    with caplog.at_level(logging.ERROR):
        assert delivered() == []

    assert not OutgoingMail.objects.exists()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_row_put_in_place_of_another_sends_nothing(alice, bob):
    for person in (alice, bob):
        Client().post(RESET, {"email": person.user.email})
    of_alice, of_bob = OutgoingMail.objects.order_by("pk")
    OutgoingMail.objects.filter(pk=of_bob.pk).update(sealed=of_alice.sealed)

    assert [message.to for message in delivered()] == [[alice.user.email]]


def test_nobody_sees_how_far_the_mail_of_another_browser_is(alice):
    mine, mallorys = Client(), Client()
    mine.post(RESET, {"email": alice.user.email})
    assert shown(mine, RESET_SENT) == "A mail with a link is on its way to you."

    assert shown(mallorys, RESET_SENT) == "For a new link, ask for it again."
    assert mallorys.post(RESET_SENT).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_hint_carries_a_number_only(alice, settings):
    hints.purge("accounts.send_mail")

    Client().post(RESET, {"email": alice.user.email})

    [waiting] = Redis.from_url(settings.REDIS_URL).lrange("mail", 0, -1)
    arguments = json.loads(base64.b64decode(json.loads(waiting)["body"]))[:2]
    assert arguments == [[OutgoingMail.objects.get().pk], {}]
    hints.purge("accounts.send_mail")
