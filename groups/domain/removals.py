"""Removing members, and keeping them out until somebody lets them back in."""

from django.db import transaction

from accounts.domain import locks
from groups.domain import members
from groups.models import KeptOut, Membership


@transaction.atomic
def remove(membership: Membership, *, by: Membership, may_come_back: bool = False) -> None:
    """End somebody else's membership, as an owner or a moderator; harmless twice.

    Unless they may come back, they join again by no link and no button. NotAllowed if `by` may not, NotAMember if
    `by` is no longer there.
    """
    _lock(membership)
    present = _present(membership)
    if not members.current(by).can_remove(present or membership):
        raise members.NotAllowed
    _end(membership, present, may_come_back=may_come_back)


@transaction.atomic
def expel(membership: Membership, *, may_come_back: bool = False) -> None:
    """The same as the site, which may remove anybody; LastOwner while others would be left without an owner."""
    _lock(membership)
    _end(membership, _present(membership), may_come_back=may_come_back)


@transaction.atomic
def let_back_in(kept_out: KeptOut, *, by: Membership) -> None:
    """Let somebody join again as anybody else could; harmless twice. NotAllowed, NotAMember as above."""
    members.lock_group(kept_out.group)
    mine = members.current(by)
    if mine.group_id != kept_out.group_id or not mine.can_moderate:
        raise members.NotAllowed
    KeptOut.objects.filter(pk=kept_out.pk).delete()


def _lock(membership: Membership) -> None:
    # Joining locks the same two rows: the person is a member before this, or is found to be kept out.
    locks.lock_people(membership.user)
    members.lock_group(membership.group)


def _present(membership: Membership) -> Membership | None:
    """The membership as it is now; another one if the person has left and come back meanwhile."""
    return Membership.objects.filter(group=membership.group_id, user=membership.user_id).first()


def _end(membership: Membership, present: Membership | None, *, may_come_back: bool) -> None:
    # A person who has just left by themselves is kept out, too: they could come back at once.
    if not may_come_back:
        KeptOut.objects.get_or_create(group=membership.group, user=membership.user)
    if present:
        members.leave(present)
