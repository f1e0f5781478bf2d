"""Accounts as a whole: naming one anew, closing one for a while, opening it again, deleting it."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.domain import account_notices, former, keys, locks, quotas, second_factors, sessions
from accounts.models import User, WaitingReset
from accounts.signals import user_clearing, user_deactivated, user_leaving, user_needed

# A form that was sent twice waits so long for the second hash at most.
A_MOMENT = timedelta(seconds=30)
# Others would take somebody who changes names faster for one person after the other.
MOST_NAMES_A_DAY = 5


class HasActed(Exception):
    """What the account has done in the administration would be forgotten with it."""


def just_signed_up(email: str, *, name: str) -> bool:
    """Whether somebody of that name has made an account with that address in the last moment."""
    return User.objects.filter(
        email__iexact=email, name=name, date_joined__gt=timezone.now() - A_MOMENT
    ).exists()


def has_address(email: str) -> bool:
    """Whether an account has this address. One that waits there to be confirmed is nobody's yet."""
    return User.objects.filter(email__iexact=email).exists()


class TooOften(Exception):
    """The user has had as many names as one may have in a day."""


@transaction.atomic
def rename(user: User, *, name: str) -> None:
    """Give the user another name, and tell them by mail; TooOften. Silent if it is theirs already."""
    locks.lock_people(user)
    old_name = User.objects.values_list("name", flat=True).get(pk=user.pk)
    if name == old_name:
        return
    if not quotas.count_once_more(f"names/{user.pk}", most=MOST_NAMES_A_DAY, seconds=24 * 60 * 60):
        raise TooOften
    user.name = name
    user.save(update_fields=["name"])
    account_notices.tell_of_name(user, old_name=old_name)


@transaction.atomic
def deactivate(user: User, *, reason: str = "") -> None:
    """Close an account: nobody logs in to it any more, and its sessions end. Harmless twice. Gone.

    `reason` is told to its open tabs.
    """
    # Everything else that the user does at this moment waits, and then finds a closed account.
    locks.lock_people(user)
    _set_active(user, False)
    # Nobody could stop it meanwhile.
    WaitingReset.objects.filter(user=user).delete()
    user_deactivated.send(sender=User, user=user)
    # Otherwise a stolen session would be good again when the account is opened again.
    sessions.end_all(user, reason=reason)


def activate(user: User) -> None:
    """Let the user log in again. Harmless twice."""
    _set_active(user, True)


@transaction.atomic
def turn_off_second_factor(user: User) -> bool:
    """Let the account in by its password alone, of which the user is told; whether it had a second factor.

    Its sessions end: what was proved in them is gone.
    """
    if not second_factors.turn_off(user):
        return False
    sessions.end_all(user)
    return True


def reasons_to_keep(user: User) -> list[str]:
    """Sentences that say why the account can't be deleted as things are; none if it can."""
    answers = user_needed.send(sender=User, user=user)
    return [*_reasons_of_administration(user), *(str(each) for _, found in answers for each in found or [])]


@transaction.atomic
def delete(user: User) -> None:
    """Delete an account with its keys, its posts and its memberships. There must be no reason to keep it: HasActed."""
    # Everything else that the user does at this moment waits, and then finds no account.
    locks.lock_people(user)
    if _has_acted(user):
        raise HasActed
    user_leaving.send(sender=User, user=user, keep_written=False)
    # `revoke` waits for a worker that is wrapping for the key; a cascade would not.
    for public_key in user.public_keys.all():
        keys.end(public_key)
    sessions.recheck(user)
    user.delete()


@transaction.atomic
def end(user: User, *, keep_written: bool = False) -> bool:
    """Delete an account of any size piece by piece, closing it at once; whether something of it is left.

    Call it until nothing is, each time in a transaction of its own. What its owner wrote can stay, of a former member;
    so does the name of one in the list of what was done in the administration.
    """
    if user.is_active:
        deactivate(user)
        return True
    if any(found for _, found in user_clearing.send(sender=User, user=user, keep_written=keep_written)):
        return True
    if keep_written or _has_acted(user):
        former.make(user)
    else:
        delete(user)
    return False


def _reasons_of_administration(user: User) -> list[str]:
    if _has_acted(user):
        sentence = gettext(
            "%(user)s has acted in the administration, whose list of actions is kept: deactivate the account instead."
        )
    elif user.is_staff:
        sentence = gettext("%(user)s may use the admin: take that away first.")
    else:
        return []
    return [sentence % {"user": user}]


def _has_acted(user: User) -> bool:
    return LogEntry.objects.filter(user=user).exists()


def _set_active(user: User, is_active: bool) -> None:
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    user.is_active = is_active
