from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain.jobs import LeftAlone, Options
from accounts.models import User
from groups.domain import members, removals
from groups.forms import RemovalForm
from groups.messages import cannot_own, last_owner, no_member
from groups.models import Membership, Role
from secureblogs.admin.site import NeverDeletedAdmin


@admin.register(Membership)
class MembershipAdmin(BulkAdmin[Membership], NeverDeletedAdmin[Membership]):
    """Memberships with their roles; removing somebody, taking a role away, and for administrators giving one.

    Moderators give no role: an owner makes links, and who could become one in an open group would make members.
    """

    list_display = ["user", "group", "role", "joined_at"]
    list_display_links = ["user"]
    list_filter = ["role"]
    list_select_related = ["user", "group"]
    search_fields = ["user__name", "user__email", "group__name", "group__slug"]
    date_hierarchy = "joined_at"
    ordering = ["-joined_at", "-pk"]
    fields = ["user", "group", "role", "joined_at"]
    actions = ["remove", "make_owner", "make_moderator", "make_member"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # The numbers in the lists of groups and users are links with these filters.
        return lookup in ("group__id__exact", "user__id__exact") or super().lookup_allowed(
            lookup, value, request
        )

    def told_by(self, thing: Membership) -> str:
        return thing.user.email

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may end a membership: Django's 'delete' permission."""
        return request.user.has_perm("groups.delete_membership")

    def has_appoint_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may give a role: administrators do, where a group has lost its owner."""
        return request.user.is_superuser

    @bulk_action(
        description=_("Remove from the group"),
        permissions=["remove"],
        title=_("Remove these members?"),
        text=_(
            "They see no page of the group any more, and the keys to its posts that were wrapped for "
            "them are deleted: even if they come back, they have to ask for each. Unless they may come back, no "
            "link and no button lets them in again, until an owner or a moderator of the group lets them back "
            "in. What they have read they have read. Their own posts stay."
        ),
        verb=_("Remove from the group"),
        logged=_("Removed from the group."),
        form=RemovalForm,
    )
    def remove(self, membership: Membership, *, actor: User, options: Options) -> None:
        """End the membership as an owner of the group would."""
        try:
            removals.expel(membership, may_come_back=bool(options["may_come_back"]))
        except members.LastOwner:
            raise _last_owner(membership) from None

    @bulk_action(
        description=_("Make owner"),
        permissions=["appoint"],
        title=_("Make these members owners?"),
        danger=False,
        text=_("Each can do everything in their group then, and make and remove other owners."),
        verb=_("Make owner"),
        logged=_("Is an owner now."),
    )
    def make_owner(self, membership: Membership, *, actor: User, options: Options) -> None:
        """Let them do everything in their group."""
        _change_role(membership, Role.OWNER, actor)

    @bulk_action(
        description=_("Make moderator"),
        permissions=["appoint"],
        title=_("Make these members moderators?"),
        danger=False,
        text=_("Each can remove members, delete posts and make links in their group then."),
        verb=_("Make moderator"),
        logged=_("Is a moderator now."),
    )
    def make_moderator(self, membership: Membership, *, actor: User, options: Options) -> None:
        """Let them moderate their group."""
        _change_role(membership, Role.MODERATOR, actor)

    @bulk_action(
        description=_("Make ordinary member"),
        permissions=["remove"],
        title=_("Make these people ordinary members?"),
        text=_(
            "They read and write as before, and look after the group no longer. The links that they made end."
        ),
        verb=_("Make ordinary member"),
        logged=_("Is an ordinary member now."),
    )
    def make_member(self, membership: Membership, *, actor: User, options: Options) -> None:
        """Leave them nothing but reading and writing."""
        _change_role(membership, Role.MEMBER, actor)


def _change_role(membership: Membership, role: Role, actor: User) -> None:
    if role != Role.MEMBER and membership.user == actor:
        raise LeftAlone(gettext("Nobody gives a role to themselves."))
    try:
        members.change_role(membership, role=role)
    except members.NotAMember:
        raise LeftAlone(no_member(membership.user)) from None
    except members.LastOwner:
        raise _last_owner(membership) from None
    except members.CannotOwn:
        raise LeftAlone(cannot_own(membership.user)) from None


def _last_owner(membership: Membership) -> LeftAlone:
    return LeftAlone(last_owner(membership.user, membership.group))
