"""Who belongs to a group and as what."""

from django.db import transaction

from accounts.models import User
from groups.models import Group, Membership, Role
from groups.signals import member_left
from secureblogs import live


class NotAMember(Exception):
    """The person does not belong to the group."""


class GroupLocked(Exception):
    """A moderator of the site locked the group: nobody posts and nobody joins."""


class LastOwner(Exception):
    """The group would be left without an owner."""


@transaction.atomic
def join(group: Group, *, user: User, role: Role = Role.MEMBER) -> Membership:
    """Make the user a member; harmless twice. GroupLocked while nobody may join."""
    if Group.objects.select_for_update(no_key=True).get(pk=group.pk).locked_at is not None:
        raise GroupLocked
    membership, is_new = Membership.objects.get_or_create(group=group, user=user, defaults={"role": role})
    if is_new:
        live.tell(live.user_channel(user), live.MEMBERSHIPS_CHANGED)
    return membership


@transaction.atomic
def leave(membership: Membership) -> None:
    """End a membership, by the member's own wish or by a moderator's. LastOwner while others would be left."""
    group = Group.objects.select_for_update(no_key=True).get(pk=membership.group_id)
    # The exclusive lock: whoever is wrapping for this member holds the row shared and finishes first.
    held = Membership.objects.select_for_update().filter(pk=membership.pk).select_related("user").first()
    if held is None:
        return
    if held.is_owner:
        _keep_an_owner(group, held)
    user = held.user
    held.delete()
    member_left.send(sender=Membership, group=group, user=user)
    live.tell(live.user_channel(user), live.MEMBERSHIPS_CHANGED)


@transaction.atomic
def change_role(membership: Membership, *, role: Role) -> None:
    """Make a member an owner, a moderator or an ordinary member. LastOwner if it is the last one."""
    group = Group.objects.select_for_update(no_key=True).get(pk=membership.group_id)
    held = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if held is None:
        raise NotAMember
    if held.is_owner and role != Role.OWNER:
        _keep_an_owner(group, held)
    held.role = role
    held.save(update_fields=["role"])


def hold(group: Group, *, user: User) -> Membership:
    """The user's membership, held until the transaction ends; NotAMember if there is none."""
    memberships = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("group")
    membership = memberships.filter(group=group, user=user).first()
    if membership is None:
        raise NotAMember
    return membership


def _keep_an_owner(group: Group, leaving: Membership) -> None:
    # The group's row is locked: of two owners who leave at once, one finds the other gone.
    if not Membership.objects.filter(group=group, role=Role.OWNER).exclude(pk=leaving.pk).exists():
        raise LastOwner
