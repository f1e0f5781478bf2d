"""Who belongs to a group and as what.

Every change of a membership locks the group's row first, and the person's before that: of two changes at once, the
second sees what the first did. So the members of one group get their primary keys in the order in which they are seen
to have joined, whatever happens to a clock.
"""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max

from accounts.domain import locks
from accounts.models import User
from groups.models import Group, Invitation, Joining, KeptOut, Membership, Role
from groups.signals import member_left
from secureblogs import live


class NotAMember(Exception):
    """The person does not belong to the group."""


class GroupLocked(Exception):
    """A moderator of the site locked the group: nobody posts and nobody joins."""


class NotOpen(Exception):
    """One joins the group by invitation only."""


class IsKeptOut(Exception):
    """The person was removed from the group and may not come back."""


class LastOwner(Exception):
    """The group would be left without an owner."""


class CannotOwn(Exception):
    """The account of the person is closed: the group could be left with an owner who never comes."""


class NotAllowed(PermissionDenied):
    """The member's role does not allow this, or no longer does."""


@transaction.atomic
def join(group: Group, *, user: User, role: Role = Role.MEMBER) -> Membership:
    """Make the user a member; harmless twice. GroupLocked while nobody may join, IsKeptOut if the user may not."""
    if hold_to_join(group, user=user).locked_at is not None:
        raise GroupLocked
    # Every way into a group leads through here.
    if KeptOut.objects.filter(group=group, user=user).exists():
        raise IsKeptOut
    membership, is_new = Membership.objects.get_or_create(group=group, user=user, defaults={"role": role})
    if is_new:
        live.publish(live.user_channel(user), live.MEMBERSHIPS_CHANGED)
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
    group = lock_group(membership.group)
    # The exclusive lock: a worker or an author who wraps for this member holds the row shared and finishes first.
    held = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if held is None:
        return
    if held.is_owner:
        _keep_an_owner(held)
    user = membership.user
    _end_links(held)
    held.delete()
    member_left.send(sender=Membership, group=group, user=user)
    # The message is not within the group: it is for the member who no longer belongs to it.
    live.publish(live.user_channel(user), "membership.ended", group=group.slug)
    live.publish(live.user_channel(user), live.MEMBERSHIPS_CHANGED)


@transaction.atomic
def appoint(membership: Membership, *, role: Role, by: Membership) -> None:
    """Give a member a role, as an owner or a moderator.

    NotAllowed if `by` may not, NotAMember if one of them is no longer there; LastOwner, CannotOwn, Gone as below.
    """
    locks.lock_people(membership.user)
    lock_group(membership.group)
    if not current(by).can_appoint(current(membership), role):
        raise NotAllowed
    change_role(membership, role=role)


@transaction.atomic
def change_role(membership: Membership, *, role: Role) -> None:
    """Make a member an owner, a moderator or an ordinary member. LastOwner if it is the last one; CannotOwn, Gone."""
    # The member may be deleting their account: they find this group among those they own, or this finds them closed.
    may_log_in = locks.lock_people(membership.user)
    lock_group(membership.group)
    held = current(membership)
    if role == Role.OWNER and not may_log_in:
        raise CannotOwn
    if held.is_owner and role != Role.OWNER:
        _keep_an_owner(held)
    held.role = role
    held.save(update_fields=["role"])
    if not held.can_moderate:
        _end_links(held)


def hold(group: Group, *, user: User) -> Membership:
    """The user's membership, held with the group until the transaction ends. NotAMember, or GroupLocked."""
    # The shared lock: deleting the group waits for this, posting in it does not.
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
    return lock_group(group)


def newest(group: Group) -> int:
    """The primary key of the newest membership: a member who joins later, or comes back, gets a higher one."""
    return int(Membership.objects.filter(group=group).aggregate(newest=Max("pk", default=0))["newest"])


def lock_group(group: Group) -> Group:
    """The group as it is now, its row locked until the transaction ends. Gone."""
    held = Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first()
    if held is None:
        raise locks.Gone
    return held


def current(membership: Membership) -> Membership:
    """The membership as it is now that the group is locked. NotAMember if it has ended."""
    # This does not lock the membership: a worker may hold it, wait for another row, and so for this transaction.
    found = Membership.objects.filter(pk=membership.pk).first()
    if found is None:
        raise NotAMember
    return found


def _keep_an_owner(leaving: Membership) -> None:
    if not Membership.objects.owners_beside(leaving).exists():
        raise LastOwner


def _end_links(membership: Membership) -> None:
    # A former moderator neither comes back nor lets others in by a link from before.
    Invitation.objects.filter(group=membership.group_id, created_by=membership.user_id).revoke()
