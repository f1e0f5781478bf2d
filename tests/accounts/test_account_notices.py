"""Somebody is told by mail when their password, an address or a key changes: perhaps it was not they who did it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.domain import keys, users
from accounts.models import PublicKey
from tests.cast import PASSWORD
from tests.mails import delivered
from tests.moderation import act
from tests.pages import signed_in

NEW_PASSWORD = "another long secret"
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def told() -> list[tuple[list[str], str]]:
    return [(message.to, str(message.subject)) for message in delivered()]


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
