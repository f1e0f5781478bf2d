"""What the page of a group's members shows, to whom."""

from dataclasses import dataclass

from django.http import QueryDict

from groups import access
from groups.forms import InvitationForm
from groups.models import Membership, Role
from groups.paging import page_by_pk

# In the order of their buttons.
OFFERED = [Role.MODERATOR, Role.OWNER, Role.MEMBER]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, and what the person who looks may do with them."""

    membership: Membership
    is_me: bool
    can_remove: bool
    other_roles: list[Role]


def member_list(membership: Membership, parameters: QueryDict) -> dict[str, object]:
    """The page of members as this member sees it."""
    group = access.group_of_member(membership.user, membership.group.slug)
    page = page_by_pk(access.members_of(group), parameters)
    # A button that could only be refused is none: the last owner stays one.
    keeps_role = membership.is_owner and not Membership.objects.owners_beside(membership).exists()
    return {
        "group": group,
        "membership": membership,
        "page": page,
        "rows": [_row(other, seen_by=membership, keeps_role=keeps_role) for other in page.rows],
        # Carried along by the buttons, so that they lead back to the same part of a long list.
        "here": f"?{parameters.urlencode()}" if parameters else "",
        "invitations": list(access.open_invitations(membership)),
        "form": InvitationForm(),
    }


def _row(other: Membership, *, seen_by: Membership, keeps_role: bool) -> MemberRow:
    is_me = other.pk == seen_by.pk
    other_roles = [role for role in OFFERED if role != other.role and seen_by.can_appoint(other, role)]
    return MemberRow(other, is_me, seen_by.can_remove(other), [] if is_me and keeps_role else other_roles)
