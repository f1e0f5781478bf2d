"""Somebody is told by mail when their password, an address or a key changes: perhaps it was not they who did it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.domain import keys, users
from accounts.domain.devices import name_of
from accounts.models import PublicKey, User
from tests.cast import PASSWORD
from tests.mails import delivered, told
from tests.moderation import act
from tests.pages import signed_in

NEW_PASSWORD = "another long secret"
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def test_of_a_new_password(alice):
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}

    signed_in(alice).post("/accounts/password/change/", form, headers=FIREFOX)

    assert told() == [(["alice@example.org"], "Your password was changed")]
    body = str(delivered()[0].body)
    assert "by Firefox on Linux." in body
    assert re.findall(r"https?://\S+", body) == [f"{settings.SITE_URL}/accounts/password/reset/"]


@pytest.mark.parametrize("is_primary", [True, False])
def test_of_a_new_address_at_the_old_one(alice, is_primary):
    # An account that an administrator made has no primary address before its owner chooses one.
    old = EmailAddress.objects.create(
        user=alice.user, email="alice@example.org", primary=is_primary, verified=True
    )
    EmailAddress.objects.create(user=alice.user, email="alice@example.net", verified=True)

    signed_in(alice).post("/accounts/email/", {"action_primary": "", "email": "alice@example.net"})

    assert not EmailAddress.objects.get(pk=old.pk).primary
    assert told() == [(["alice@example.org"], "Your address was changed")]


def test_of_a_key_that_is_added_and_nobody_says_something_by_its_label(alice):
    added = alice.add_key("Call me at evil.example")

    assert told() == [(["alice@example.org"], "A key was added to your account")]
    assert added.fingerprint_groups[:19] in str(delivered()[0].body)
    assert "evil" not in str(delivered()[0].body)


def test_of_a_key_that_is_revoked_by_its_owner_or_by_a_moderator_once(alice, moderator):
    laptop, desk = alice.user.public_keys.get(), alice.add_key("Desk")
    delivered().clear()

    signed_in(alice).post(f"/keys/{laptop.fingerprint}/revoke/")
    act(moderator, "revoke", desk)
    keys.revoke(PublicKey.objects.get(pk=desk.pk))

    assert told() == [(["alice@example.org"], "A key of your account was revoked")] * 2


def test_not_of_keys_that_end_with_the_account(alice):
    users.delete(alice.user)

    assert told() == []


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/139.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("python-httpx/0.28", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_after_what_its_browser_says(user_agent, name):
    assert name_of(user_agent) == name


SIGN_UP = {"name": "Zoe", "email": "zoe@example.org", "password1": PASSWORD}


def links() -> list[str]:
    [message] = delivered()
    return re.findall(r"https?://\S+", str(message.body))


@pytest.mark.parametrize("host", ["localhost:1337", "127.0.0.1:80", "[::1]:9"])
def test_a_reset_link_leads_to_this_site_whatever_host_the_request_names(host, alice):
    browser = Client(headers={"host": host})
    assert browser.post("/accounts/password/reset/", {"email": alice.user.email}).status_code == 302

    [link] = links()

    assert link.startswith(f"{settings.SITE_URL}/accounts/password/reset/key/")
    assert host not in str(delivered()[0].body)
    assert Client().get(link.removeprefix(settings.SITE_URL), follow=True).status_code == 200


@pytest.mark.django_db
def test_so_do_the_mails_to_strangers():
    Client(headers={"host": "localhost:1337"}).post("/accounts/password/reset/", {"email": "no@example.org"})

    assert links() == [f"{settings.SITE_URL}/accounts/signup/"]


@pytest.mark.django_db
def test_so_do_confirmations_and_nobody_says_something_to_strangers_by_them(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = SIGN_UP | {"name": "Win a car: evil.example/car"}

    Client(headers={"host": "localhost:1337"}).post("/accounts/signup/?next=/join/abc/", form)

    assert User.objects.filter(name="Win a car: evil.example/car").exists()
    [link] = links()
    assert link.startswith(f"{settings.SITE_URL}/accounts/confirm-email/")
    assert link.endswith("/?next=%2Fjoin%2Fabc%2F")
    assert "evil.example" not in f"{delivered()[0].subject} {delivered()[0].body}"
