"""Who belongs to a group and as what.

Whoever changes a membership locks the group's row first, and the person's before that: of two changes at once, the
second sees what the first did. So the members of one group get their primary keys in the order in which they are seen
to have joined, whatever happens to a clock.
"""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max

from accounts.domain import locks
from accounts.models import User
from groups.models import Group, Invitation, Joining, Membership, Role
from groups.signals import member_left
from secureblogs import live


class NotAMember(Exception):
    """The person does not belong to the group."""


class GroupLocked(Exception):
    """A moderator of the site locked the group: nobody posts and nobody joins."""


class NotOpen(Exception):
    """One joins the group by invitation only."""


class LastOwner(Exception):
    """The group would be left without an owner."""


class NotAllowed(PermissionDenied):
    """The member's role does not allow this, or no longer does."""


@transaction.atomic
def join(group: Group, *, user: User, role: Role = Role.MEMBER) -> Membership:
    """Make the user a member; harmless twice. GroupLocked while nobody may join."""
    if hold_to_join(group, user=user).locked_at is not None:
        raise GroupLocked
    membership, is_new = Membership.objects.get_or_create(group=group, user=user, defaults={"role": role})
    if is_new:
        live.tell(live.user_channel(user), live.MEMBERSHIPS_CHANGED)
    return membership


@transaction.atomic
def join_open(group: Group, *, user: User) -> Membership:
    """Make the user a member by their own wish. NotOpen where somebody has to let them in."""
    if hold_to_join(group, user=user).joining != Joining.ANYONE:
        raise NotOpen
    return join(group, user=user)


@transaction.atomic
def leave(membership: Membership) -> None:
    """End a membership, by the member's own wish or the site's. LastOwner while others would be left."""
    locks.lock_people(membership.user)
    group = _locked(membership.group)
    # The exclusive lock: whoever is wrapping for this member holds the row shared and finishes first.
    held = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if held is None:
        return
    if held.is_owner:
        _keep_an_owner(held)
    user = membership.user
    _end_links(held)
    held.delete()
    member_left.send(sender=Membership, group=group, user=user)
    # Not within the group: it is for the one who no longer belongs to it.
    live.tell(live.user_channel(user), "membership.ended", group=group.slug)
    live.tell(live.user_channel(user), live.MEMBERSHIPS_CHANGED)


@transaction.atomic
def remove(membership: Membership, *, by: Membership) -> None:
    """End somebody else's membership, as an owner or a moderator; harmless twice.

    NotAllowed if `by` may not, NotAMember if `by` is no longer there.
    """
    locks.lock_people(membership.user)
    _locked(membership.group)
    try:
        current = _current(membership)
    except NotAMember:
        return
    if not _current(by).can_remove(current):
        raise NotAllowed
    leave(membership)


@transaction.atomic
def appoint(membership: Membership, *, role: Role, by: Membership) -> None:
    """Give a member a role, as an owner or a moderator.

    NotAllowed if `by` may not, NotAMember if one of them is no longer there; LastOwner as below.
    """
    _locked(membership.group)
    if not _current(by).can_appoint(_current(membership), role):
        raise NotAllowed
    change_role(membership, role=role)


@transaction.atomic
def change_role(membership: Membership, *, role: Role) -> None:
    """Make a member an owner, a moderator or an ordinary member. LastOwner if it is the last one."""
    _locked(membership.group)
    held = _current(membership)
    if held.is_owner and role != Role.OWNER:
        _keep_an_owner(held)
    held.role = role
    held.save(update_fields=["role"])
    if not held.can_moderate:
        _end_links(held)


def hold(group: Group, *, user: User) -> Membership:
    """The user's membership, held with the group until the transaction ends. NotAMember, or GroupLocked."""
    # Shared: who deletes the group waits, who posts in it does not.
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM groups_group WHERE id = %s FOR SHARE", [group.pk])
    membership = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("group")
        .filter(group=group, user=user)
        .first()
    )
    if membership is None:
        raise NotAMember
    if membership.group.locked_at is not None:
        raise GroupLocked
    return membership


def hold_to_join(group: Group, *, user: User) -> Group:
    """The group as it is now, held until the transaction ends, and the person before it. Gone."""
    locks.lock_people(user)
    return _locked(group)


def newest(group: Group) -> int:
    """The primary key of the newest membership: who joins later gets a higher one, also who comes back."""
    return int(Membership.objects.filter(group=group).aggregate(newest=Max("pk", default=0))["newest"])


def _locked(group: Group) -> Group:
    """The group as it is now, its row locked until the transaction ends. Gone."""
    held = Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first()
    if held is None:
        raise locks.Gone
    return held


def _current(membership: Membership) -> Membership:
    """The membership as it is now that the group is locked. NotAMember if it has ended."""
    # Not locked itself: a worker may hold this row, wait for another one, and so for us.
    current = Membership.objects.filter(pk=membership.pk).first()
    if current is None:
        raise NotAMember
    return current


def _keep_an_owner(leaving: Membership) -> None:
    if not Membership.objects.owners_beside(leaving).exists():
        raise LastOwner


def _end_links(membership: Membership) -> None:
    # Nobody comes back, or lets others in, by a link that they made when they still might.
    Invitation.objects.filter(group=membership.group_id, created_by=membership.user_id).revoke()
