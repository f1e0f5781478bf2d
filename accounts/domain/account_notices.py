"""Telling somebody by mail that a key or the password of their account changed: perhaps it was not they who did it."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.domain import mails, quotas
from accounts.models import PublicKey, User
from accounts.models.public_key import mark_of

# An owner gets so many notices of each kind about their keys.
MOST_AN_HOUR = 5


def tell_of_added(public_key: PublicKey) -> None:
    """Tell the owner of a new key; within the transaction that adds it."""
    _tell_of_key(public_key, "key_added")


def tell_of_revoked(public_key: PublicKey) -> None:
    """Tell the owner of a revoked key; within the transaction that revokes it."""
    _tell_of_key(public_key, "key_revoked")


def tell_of_password(user: User, *, device: str = "", address_given_up: bool = False) -> None:
    """Tell the user of their new password; `device` is the one that somebody set it on, if anybody knows.

    `address_given_up` says that another address waited for its link to be opened, and waits no more.
    """
    _tell(user, "password_changed", {**_of_change(), "device": device, "address_given_up": address_given_up})


def tell_of_name(user: User, *, old_name: str) -> None:
    """Tell the user of their new name; within the transaction that gives it."""
    _tell(user, "name_changed", {**_of_change(), "old_name": old_name, "new_name": user.name})


def tell_of_deletion(user: User) -> None:
    """Tell the user of the deletion; within the transaction that closes the account, while it has an address."""
    _tell(user, "account_deleted", _of_change())


def tell_of_second_factor_off(user: User) -> None:
    """Tell the user that somebody else took their second factor off; within the transaction that does it."""
    _tell(user, "second_factor_off", _of_change())


def tell_of_provider(user: User, what: Literal["connected", "disconnected"]) -> None:
    """Tell the user that the provider lets people in from now on, or no longer; within the transaction that says so."""
    _tell(user, f"provider_{what}", {**_of_change(), "provider_name": settings.OIDC_NAME})


def tell_of_keys(user: User, what: str, **context: object) -> None:
    """Tell the user what happened to their account key, devices or codes; within the transaction that changes it.

    Whoever makes one change after the other fills no mailbox. Each kind is counted by itself, and no other mails are:
    nobody keeps the first notice of a kind from the owner by making many of another one, or by asking for links.
    """
    counter = f"account-notices/{user.pk}/{what}"
    if quotas.count_once_more(counter, most=MOST_AN_HOUR, seconds=60 * 60):
        _tell(user, what, {**_of_change(), "keys_url": f"{settings.SITE_URL}/keys/", **context})


def write(user: User, templates: str, context: Mapping[str, object]) -> None:
    """Queue a mail to the user, of the templates that begin with this path, within the transaction that it is about."""
    context = {**context, "current_site": {"domain": urlsplit(settings.SITE_URL).netloc}}
    subject = render_to_string(f"{templates}_subject.txt", context).strip()
    body = render_to_string(f"{templates}_message.txt", context).strip()
    mails.queue(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email]))


def _of_change() -> dict[str, object]:
    reset_url = f"{settings.SITE_URL}{reverse('account_reset_password')}"
    return {"timestamp": timezone.now(), "password_reset_url": reset_url}


def _tell_of_key(public_key: PublicKey, what: str) -> None:
    # The mail does not show the label: a thief in the account could say something to its owner by it.
    context = {"mark": mark_of(public_key.fingerprint), "keys_url": f"{settings.SITE_URL}/keys/"}
    _tell(public_key.user, what, context)


def _tell(user: User, what: str, context: Mapping[str, object]) -> None:
    write(user, f"account/email/{what}", context)
