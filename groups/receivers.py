"""Groups follow when an account is closed or deleted, and say which visitors are invited."""

from django.dispatch import receiver
from django.urls import Resolver404, resolve

from accounts.models import User
from accounts.signals import (
    invitation_shown,
    user_clearing,
    user_deactivated,
    user_leaving,
    user_needed,
)
from groups import access
from groups.domain import departures, invitations
from groups.messages import last_owner


@receiver(user_needed)
def reasons_to_keep(user: User, **kwargs: object) -> list[str]:
    return [last_owner(user, group) for group in departures.needing(user)]


@receiver(user_deactivated)
def end_links(user: User, **kwargs: object) -> None:
    invitations.revoke_all_of(user)


@receiver(user_clearing)
def end_some(user: User, keep_written: bool, **kwargs: object) -> bool:
    return departures.clear(user, keep_written=keep_written)


@receiver(user_leaving)
def end_memberships(user: User, keep_written: bool, **kwargs: object) -> None:
    departures.leave_all(user, keep_written=keep_written)


@receiver(invitation_shown)
def is_invited(path: str, **kwargs: object) -> bool:
    try:
        place = resolve(path)
    except Resolver404:
        return False
    return place.view_name == "groups:invitation" and bool(access.usable_invitation(place.kwargs["token"]))
