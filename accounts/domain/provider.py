"""The OpenID Connect provider that the settings name, if they name one, and whom it lets in to which account."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from accounts.domain import account_notices, locks
from accounts.models import User

# In the address of the callback, which the provider has to know.
ID = "provider"


class SomebodyElses(Exception):
    """The provider lets this person in to another account here already."""


class ConnectedAlready(Exception):
    """The account has one of the provider's; a second one would be a door that its owner forgets."""


class LastWayIn(Exception):
    """Without a password nobody would get in to the account any more."""


def is_named() -> bool:
    """Whether people log in by a provider here."""
    return bool(settings.OIDC_SERVER_URL)


def connection_of(user: User) -> SocialAccount | None:
    """The row by which the provider lets this user in, if it does."""
    found = (
        SocialAccount.objects.filter(user=user, provider=ID) if is_named() else SocialAccount.objects.none()
    )
    return found.first()


def lets_in(user: User) -> bool:
    """Whether the provider knows this user."""
    return connection_of(user) is not None


@transaction.atomic
def connect(user: User, *, uid: str) -> None:
    """Let whom the provider calls `uid` in to the account, and tell its owner by mail.

    ConnectedAlready, SomebodyElses; Gone.
    """
    # The second of two that connect at once waits, and finds the first.
    if not locks.lock_people(user):
        raise locks.Gone
    if lets_in(user):
        raise ConnectedAlready
    _, is_new = SocialAccount.objects.get_or_create(provider=ID, uid=uid, defaults={"user": user})
    if not is_new:
        raise SomebodyElses
    account_notices.tell_of_provider(user, "connected")


@transaction.atomic
def disconnect(user: User) -> None:
    """Let nobody in by the provider any more, and tell the account's owner by mail; LastWayIn. Harmless twice.

    A passkey may be lost or removed. A password is never taken away, so it alone counts as another way.
    """
    locks.lock_people(user)
    if not User.objects.get(pk=user.pk).has_usable_password():
        raise LastWayIn
    deleted, _ = SocialAccount.objects.filter(user=user, provider=ID).delete()
    if deleted:
        account_notices.tell_of_provider(user, "disconnected")
