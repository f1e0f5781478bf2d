"""The page of a group's members: whom it lists, and which buttons each reader gets."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from accounts.models.public_key import person_mark
from groups import access
from groups.domain import quotas
from groups.forms import FindForm, InvitationForm, RemovalForm
from groups.models import Membership, Role
from groups.paging import page_by_pk

# The order is that of their buttons.
OFFERED = [Role.MODERATOR, Role.OWNER, Role.MEMBER]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with a mark of their key, or of themselves without one, and what its reader may do with them."""

    membership: Membership
    key_mark: str
    is_me: bool
    removal: RemovalForm | None
    other_roles: list[Role]


def member_list(membership: Membership, parameters: QueryDict) -> dict[str, object]:
    """The page of members as this member sees it."""
    group = access.group_of_member(membership.user, membership.group.slug)
    find = FindForm(parameters if parameters.get("find", "").strip() else None)
    called = find.cleaned_data["find"] if find.is_valid() else ""
    page = page_by_pk(
        access.members_of(group, called=called),
        parameters,
        carried=urlencode({"find": called}) if called else "",
    )
    # The last owner has no button for another role, since the group could only refuse it.
    keeps_role = membership.is_owner and not Membership.objects.owners_beside(membership).exists()
    return {
        "group": group,
        "membership": membership,
        "find": find,
        "called": called,
        "page": page,
        "rows": [_row(other, seen_by=membership, keeps_role=keeps_role) for other in page.rows],
        # The buttons carry this along, so that they lead back to the same part of a long list.
        "here": f"?{parameters.urlencode()}" if parameters else "",
        "kept_out": page_by_pk(access.kept_out_of(membership), parameters, name="kept_out_"),
        "invitations": list(access.open_invitations(membership)),
        "form": InvitationForm(),
        "quota": quotas.INVITATIONS.status(membership.user) if membership.can_moderate else None,
    }


def _row(other: Membership, *, seen_by: Membership, keeps_role: bool) -> MemberRow:
    is_me = other.pk == seen_by.pk
    other_roles = [role for role in OFFERED if role != other.role and seen_by.can_appoint(other, role)]
    removal = RemovalForm(auto_id=f"%s-{other.pk}") if seen_by.can_remove(other) else None
    return MemberRow(
        other,
        person_mark(other.user, other.key_mark),
        is_me,
        removal,
        [] if is_me and keeps_role else other_roles,
    )
