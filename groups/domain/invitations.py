"""Links that let people join. Only the owner of a link knows its token: the database has a hash of it."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.domain.locks import lock_people
from accounts.models import User
from groups.domain import members, quotas
from groups.models import Group, Invitation, Membership
from groups.models.invitation import hash_of_token

DEFAULT_DAYS = 7
# Nobody can keep an eye on more links, and a list of so many needs no pages.
MOST_USABLE = 50


class NotUsable(Exception):
    """The invitation has expired or was revoked."""


class TooManyInvitations(Exception):
    """The group has as many open invitations as it may have."""


@transaction.atomic
def create(group: Group, *, by: User, days: int = DEFAULT_DAYS) -> str:
    """Make a link that works for some days, and return its token, which nobody can look up later.

    NotAMember or NotAllowed if `by` may not invite, GroupLocked while nobody may join, TooManyInvitations, QuotaMet.
    """
    if not lock_people(by):
        raise members.NotAllowed
    # `hold` locks the membership: a member who is removed or loses the role at this moment loses this link, too.
    if not members.hold(group, user=by).can_moderate:
        raise members.NotAllowed
    if group.invitations.usable().count() >= MOST_USABLE:
        raise TooManyInvitations
    quotas.INVITATIONS.check(by)
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=days)
    group.invitations.create(created_by=by, token_hash=hash_of_token(token), expires_at=expires_at)
    return token


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> Membership:
    """Make the user a member. NotUsable if the link ended meanwhile, GroupLocked while nobody may join."""
    # The group is locked before the link, as when a group or a membership ends with its links.
    members.hold_to_join(invitation.group, user=user)
    held = Invitation.objects.usable().select_for_update(no_key=True).filter(pk=invitation.pk).first()
    if held is None:
        raise NotUsable
    return members.join(invitation.group, user=user)


@transaction.atomic
def revoke(invitation: Invitation) -> None:
    """End a link: it lets nobody in any more. Harmless twice."""
    Invitation.objects.filter(pk=invitation.pk).revoke()


def revoke_all_of(user: User) -> None:
    """End the links of somebody whose account is closed: who is kept out lets nobody in."""
    Invitation.objects.filter(created_by=user).revoke()
