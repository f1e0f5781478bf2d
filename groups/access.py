"""Which groups and members a person may reach. What they may not see is a 404, the same as what is not there.

What a member may *do* there is decided in groups.domain, under lock; a 'no' from there is a 403.
"""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from groups.models import Group, Invitation, Membership
from groups.models.group import GroupQuerySet
from groups.models.invitation import InvitationQuerySet
from groups.models.membership import MembershipQuerySet
from secureblogs.composed import ComposedQuery, Question


def group_visible_to(user: User, slug: str) -> Group:
    """A group of the user's, or an open one; with its `size`."""
    return get_object_or_404(Group.objects.visible_to(user).with_size(), slug=slug)


def group_of_member(user: User, slug: str) -> Group:
    """A group that the user belongs to; with its `size`."""
    return get_object_or_404(Group.objects.of_member(user).with_size(), slug=slug)


def group_owned_by(user: User, slug: str) -> Group:
    return get_object_or_404(Group.objects.owned_by(user), slug=slug)


def groups_of(user: User) -> GroupQuerySet:
    """The groups that the user belongs to."""
    return Group.objects.of_member(user).with_size()


def groups_open_to(user: User) -> GroupQuerySet:
    """The groups that the user could join right now."""
    return Group.objects.open_to(user).with_size()


def membership_of(user: User, slug: str) -> Membership:
    """The user's own membership, with the group."""
    return get_object_or_404(Membership.objects.select_related("group", "user"), group__slug=slug, user=user)


def membership_by_slug(user: User, slug: str) -> Membership | None:
    """The user's own membership in the group of this address, with the group; None if there is none."""
    return Membership.objects.select_related("group").filter(group__slug=slug, user=user).first()


def membership_in(group: Group, user: User) -> Membership | None:
    """The user's own membership, if there is one."""
    return Membership.objects.filter(group=group, user=user).first()


def all_in(group: Group) -> Question:
    """Its members, to be counted."""
    return _MEMBERS.about(group)


_MEMBERS = ComposedQuery(lambda group: Membership.objects.filter(group=group).values_list("pk"), Group)


def fellow_member(membership: Membership, uid: UUID) -> Membership:
    """Somebody of the same group, by their own uid."""
    memberships = Membership.objects.select_related("group", "user")
    return get_object_or_404(memberships, group=membership.group_id, user__uid=uid)


def members_of(group: Group) -> MembershipQuerySet:
    """Everybody in the group, with the `key_count` of each."""
    return Membership.objects.filter(group=group).select_related("user").with_key_count()


def open_invitations(membership: Membership) -> InvitationQuerySet:
    """The links that still let people into the group, for those who may see them."""
    invitations = Invitation.objects.usable().filter(group=membership.group_id).select_related("created_by")
    return invitations if membership.can_moderate else invitations.none()


def invitation_to_end(membership: Membership, pk: int) -> Invitation:
    return get_object_or_404(open_invitations(membership), pk=pk)


def usable_invitation(token: str) -> Invitation | None:
    """The invitation behind a link; None if there is none, or no more."""
    invitations = Invitation.objects.usable().with_token(token)
    return invitations.select_related("group", "created_by").first()


def group_of_invitation(invitation: Invitation) -> Group:
    """The group that an invitation leads to, with its `size`."""
    return Group.objects.with_size().get(pk=invitation.group_id)
