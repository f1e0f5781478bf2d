"""What becomes of groups when a member's account is deleted."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from groups.signals import everything_left


def needing(user: User) -> QuerySet[Group]:
    """The groups that would be left to others without an owner."""
    others = Membership.objects.filter(group=OuterRef("pk")).exclude(user=user)
    owned = Membership.objects.filter(group=OuterRef("pk"), user=user, role=Role.OWNER)
    return Group.objects.filter(Exists(owned), Exists(others), ~Exists(others.filter(role=Role.OWNER)))


@transaction.atomic
def leave_all(user: User) -> None:
    """End every membership; a group of one goes with its member. LastOwner while a group needs them."""
    # Held before everything in them: nobody posts, and nobody joins or deletes a group meanwhile.
    groups_of_user = Group.objects.filter(pk__in=Membership.objects.filter(user=user).values("group"))
    held = {group.pk: group for group in groups_of_user.select_for_update(no_key=True).order_by("pk")}
    # What they wrote goes first: workers hold a batch and then look at memberships, so the other way round
    # both would wait for ever.
    everything_left.send(sender=Membership, user=user)
    for membership in Membership.objects.filter(user=user).select_related("group", "user").order_by("group"):
        group = held[membership.group_id]
        if group.memberships.exclude(user=user).exists():
            members.leave(membership)
        else:
            groups.delete(group)
