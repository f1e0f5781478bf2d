"""Accounts as a whole: closing one for a while, opening it again, deleting it."""

from django.db import transaction

from accounts.domain import keys, locks, sessions
from accounts.models import User
from accounts.signals import user_deactivated, user_leaving, user_needed


@transaction.atomic
def deactivate(user: User) -> None:
    """Nobody logs in as them any more, and whatever is open ends. Harmless twice. Gone."""
    # Whatever else they do waits, and then finds a closed account.
    locks.lock_people(user)
    _set_active(user, False)
    user_deactivated.send(sender=User, user=user)
    # Or a stolen session would be good again on the day when the account is opened again.
    sessions.end_all(user)


def activate(user: User) -> None:
    """Let them log in again. Harmless twice."""
    _set_active(user, True)


def reasons_to_keep(user: User) -> list[str]:
    """Sentences that say why the account can't be deleted as things are; none if it can."""
    answers = user_needed.send(sender=User, user=user)
    return [str(reason) for _, reasons in answers for reason in reasons or []]


@transaction.atomic
def delete(user: User) -> None:
    """Delete an account with its keys, its posts and its memberships. There must be no reason to keep it."""
    # Whatever else they do waits, and then finds nobody.
    locks.lock_people(user)
    user_leaving.send(sender=User, user=user)
    # Revoked, not just deleted: whoever is wrapping for one of them finishes first.
    for public_key in user.public_keys.all():
        keys.revoke(public_key)
    sessions.recheck(user)
    user.delete()


def _set_active(user: User, is_active: bool) -> None:
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    user.is_active = is_active
