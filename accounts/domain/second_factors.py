"""A person's second factor as a whole, for who lost it."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.domain import account_notices
from accounts.models import User


@transaction.atomic
def turn_off(user: User) -> bool:
    """Delete the user's app, passkeys and backup codes, and tell them by mail; whether there was anything."""
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    if deleted:
        account_notices.tell_of_second_factor_off(user)
    return bool(deleted)
