from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.domain import members
from groups.models import Membership, Role
from secureblogs.administration import NeverDeletedAdmin


@admin.register(Membership)
class MembershipAdmin(NeverDeletedAdmin[Membership]):
    """Who belongs to which group as what; removing somebody, and changing a role."""

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
        # The numbers in the lists of groups and users lead here.
        return lookup in ("group__id__exact", "user__id__exact") or super().lookup_allowed(
            lookup, value, request
        )

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """Who may end a membership: Django's 'delete' permission."""
        return request.user.has_perm("groups.delete_membership")

    @admin.action(description=_("Remove from the group"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> TemplateResponse | None:
        """Ask, then end the memberships as if the members had left."""
        page = self.ask_first(
            request,
            queryset,
            title=_("Remove these members?"),
            text=_(
                "They see no page of the group any more, and the keys to its posts that were wrapped for "
                "them are deleted: even if they come back, they have to ask for each. What they have read "
                "they have read. Their own posts stay."
            ),
            verb=_("Remove from the group"),
        )
        if page is None:
            removed = 0
            for membership in queryset:
                try:
                    members.leave(membership)
                except members.LastOwner:
                    self._say_last_owner(request, membership)
                else:
                    removed += 1
                    self.log_change(request, membership, gettext("Removed from the group."))
            if removed:
                self.message_user(
                    request, ngettext("%d member removed.", "%d members removed.", removed) % removed
                )
        return page

    @admin.action(description=_("Make owner"), permissions=["moderate"])
    def make_owner(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Let them do everything in their group."""
        self._change_role(request, queryset, Role.OWNER)

    @admin.action(description=_("Make moderator"), permissions=["moderate"])
    def make_moderator(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Let them moderate their group."""
        self._change_role(request, queryset, Role.MODERATOR)

    @admin.action(description=_("Make ordinary member"), permissions=["moderate"])
    def make_member(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Leave them nothing but reading and writing."""
        self._change_role(request, queryset, Role.MEMBER)

    def _change_role(self, request: HttpRequest, queryset: QuerySet[Membership], role: Role) -> None:
        changed = 0
        for membership in queryset:
            try:
                members.change_role(membership, role=role)
            except members.NotAMember:
                continue
            except members.LastOwner:
                self._say_last_owner(request, membership)
            else:
                changed += 1
                self.log_change(request, membership, gettext("New role: %s.") % role.label)
        if changed:
            self.message_user(request, ngettext("%d role changed.", "%d roles changed.", changed) % changed)

    def _say_last_owner(self, request: HttpRequest, membership: Membership) -> None:
        sentence = gettext(
            "%(user)s is the only owner of “%(group)s” and stays it: make another member its owner first."
        )
        people = {"user": membership.user, "group": membership.group}
        self.message_user(request, sentence % people, messages.ERROR)
