"""A person's second factor as a whole: of whom it is demanded, and turning it off for who lost it."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import account_notices
from accounts.models import User

# In a session: it was opened with a second factor, or one was set up in it.
PROVED = "second_factor"


def lets_in(user: User, *, is_proved: bool) -> bool:
    """Whether a session may do what the user may: a second factor is proved in it, or not demanded."""
    is_demanded = settings.SECOND_FACTOR_FOR_EVERYBODY or (settings.SECOND_FACTOR_FOR_STAFF and user.is_staff)
    return is_proved or not is_demanded


def of(user: User) -> QuerySet[Authenticator]:
    """The user's app, passkeys and backup codes."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user).order_by("pk")
    return found


def has_one(user: User) -> bool:
    """Whether anything but the password is asked for when the user logs in."""
    return bool(of(user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


@transaction.atomic
def turn_off(user: User) -> bool:
    """Delete the user's app, passkeys and backup codes, and tell them by mail; whether there was anything."""
    deleted, _ = of(user).delete()
    if deleted:
        account_notices.tell_of_second_factor_off(user)
    return bool(deleted)
