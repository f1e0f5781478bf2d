"""Which groups and members a person may reach. What they may not see is a 404, the same as what is not there.

What a member may *do* there is decided in groups.domain, under lock; a 'no' from there is a 403.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from groups.models import Group, Invitation, KeptOut, Membership
from groups.models.group import GroupQuerySet
from groups.models.invitation import InvitationQuerySet
from groups.models.membership import MembershipQuerySet
from secureblogs.queries.bound import BoundQuery
from secureblogs.queries.compiled import Columns, CompiledQuery


def group_visible_to(user: User, slug: str) -> Group:
    """A group of the user's, or an open one; with its `size`."""
    return get_object_or_404(Group.objects.visible_to(user).with_size(), slug=slug)


def group_of_member(user: User, slug: str) -> Group:
    """A group that the user belongs to; with its `size`."""
    return get_object_or_404(Group.objects.of_member(user).with_size(), slug=slug)


def group_of_member_by_uid(user: User, uid: UUID) -> Group:
    return get_object_or_404(Group.objects.of_member(user), uid=uid)


def group_owned_by(user: User, slug: str) -> Group:
    return get_object_or_404(Group.objects.owned_by(user), slug=slug)


def person_in_a_group_of(user: User, uid: UUID) -> User:
    """Somebody who shares a group with the user, or the user."""
    shared = Membership.objects.filter(group__in=Group.objects.of_member(user)).values("user")
    return get_object_or_404(User.objects.filter(Q(pk=user.pk) | Q(pk__in=shared)), uid=uid)


def groups_of(user: User) -> GroupQuerySet:
    """The groups that the user belongs to."""
    return Group.objects.of_member(user).with_size()


def groups_to_post_in(user: User) -> GroupQuerySet:
    return Group.objects.to_post_in(user)


def groups_open_to(user: User) -> GroupQuerySet:
    """The groups that the user could join right now."""
    return Group.objects.open_to(user).with_size()


def membership_of(user: User, slug: str) -> Membership:
    """The user's own membership, with the group."""
    return get_object_or_404(Membership.objects.select_related("group", "user"), group__slug=slug, user=user)


def membership_by_slug(user: User, slug: str) -> Membership | None:
    """The user's own membership in the group of this address, with the group; None if there is none."""
    for row in _MEMBERSHIP.bind(user, slug).rows():
        columns = iter(row)
        membership = _COLUMNS.take(columns)
        membership.group = _GROUP_COLUMNS.take(columns)
        return membership
    return None


_COLUMNS, _GROUP_COLUMNS = Columns(Membership), Columns(Group, within="group")
# For a group's front page: 0.7 ms of processor time are 0.15 when the query is compiled.
_MEMBERSHIP = CompiledQuery(
    lambda user, slug: Membership.objects.filter(user=user, group__slug=slug).values_list(
        *_COLUMNS.names, *_GROUP_COLUMNS.names
    ),
    User,
    str,
)


def membership_in(group: Group, user: User) -> Membership | None:
    """The user's own membership, if there is one."""
    return Membership.objects.filter(group=group, user=user).first()


def all_in(group: Group) -> BoundQuery:
    """The members of a group, to be counted."""
    return _MEMBERS.bind(group)


# A group's front page counts them: 1.0 ms of processor time are 0.1 when the query is compiled.
_MEMBERS = CompiledQuery(lambda group: Membership.objects.filter(group=group).values_list("pk"), Group)


def fellow_member(membership: Membership, uid: UUID) -> Membership:
    """Somebody of the same group, by their own uid."""
    memberships = Membership.objects.select_related("group", "user")
    return get_object_or_404(memberships, group=membership.group_id, user__uid=uid)


def members_of(group: Group, *, called: str = "") -> MembershipQuerySet:
    """Everybody in the group, or those with this in their names; with the `key_count` and `key_mark` of each."""
    memberships = Membership.objects.filter(group=group).select_related("user").with_keys()
    return memberships.filter(user__name__icontains=called) if called else memberships


def is_kept_out(group: Group, user: User) -> bool:
    """Whether the user was removed from the group and may not come back."""
    return KeptOut.objects.filter(group=group, user=user).exists()


def kept_out_of(membership: Membership) -> QuerySet[KeptOut]:
    """People kept out of the group, whom every member sees, each with their mark."""
    return KeptOut.objects.filter(group=membership.group_id).select_related("group", "user").with_mark()


def kept_out_to_let_in(membership: Membership, uid: UUID) -> KeptOut:
    return get_object_or_404(kept_out_of(membership), user__uid=uid)


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
