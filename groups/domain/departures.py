"""Groups go on without a member whose account is deleted, or go with them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from groups.signals import author_clearing, everything_left


def needing(user: User) -> QuerySet[Group]:
    """The groups that the user would leave to others without an owner."""
    others = Membership.objects.filter(group=OuterRef("pk")).exclude(user=user)
    owned = Membership.objects.filter(group=OuterRef("pk"), user=user, role=Role.OWNER)
    return Group.objects.filter(Exists(owned), Exists(others), ~Exists(others.filter(role=Role.OWNER)))


def alone_in(user: User) -> QuerySet[Group]:
    """The groups that have no other member."""
    others = Membership.objects.filter(group=OuterRef("pk")).exclude(user=user)
    return Group.objects.filter(~Exists(others), memberships__user=user)


@transaction.atomic
def clear(user: User, *, keep_written: bool) -> bool:
    """End a piece of what somebody has in groups and would take along; whether something was there."""
    mine = Membership.objects.filter(user=user).order_by("group").select_related("group", "user")
    others = Membership.objects.filter(group=OuterRef("group")).exclude(user=user)
    for alone in mine.exclude(Exists(others)):
        if groups.clear(alone.group):
            return True
    cleared = author_clearing.send(sender=Membership, user=user, keep_written=keep_written)
    if any(found for _, found in cleared):
        return True
    membership = mine.filter(Exists(others)).first()
    if membership:
        members.leave(membership)
    return membership is not None


@transaction.atomic
def leave_all(user: User, *, keep_written: bool) -> None:
    """End every membership; a group of one goes with its member. LastOwner while a group needs them."""
    # The locks come before those of anything in the groups: nobody posts, joins or deletes a group meanwhile.
    groups_of_user = Group.objects.filter(pk__in=Membership.objects.filter(user=user).values("group"))
    held = {group.pk: group for group in groups_of_user.select_for_update(no_key=True).order_by("pk")}
    # What the user wrote goes first: workers lock a batch and then memberships, so in the other order both would wait
    # for ever.
    if not keep_written:
        everything_left.send(sender=Membership, user=user)
    for membership in Membership.objects.filter(user=user).select_related("group", "user").order_by("group"):
        group = held[membership.group_id]
        if group.memberships.exclude(user=user).exists():
            members.leave(membership)
        else:
            groups.delete(group)
