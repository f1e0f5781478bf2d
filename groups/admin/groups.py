from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.domain import groups
from groups.models import Group, Joining
from secureblogs.administration import ModeratedAdmin, number_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LockedFilter(admin.SimpleListFilter):
    """Groups in which nobody posts and nobody joins, and the others."""

    title = _("locked")
    parameter_name = "locked"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Group]
    ) -> list[tuple[str, StrOrPromise]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> QuerySet[Group]:
        if self.value() in ("yes", "no"):
            return queryset.filter(locked_at__isnull=self.value() == "no")
        return queryset


@admin.register(Group)
class GroupAdmin(ModeratedAdmin[Group]):
    """Finding a group, mending its name and description, locking, unlocking and deleting it."""

    list_display = ["name", "slug", "joining", "members_count", "locked_at", "created_at"]
    list_filter = ["joining", LockedFilter]
    search_fields = ["name", "slug", "description"]
    date_hierarchy = "created_at"
    ordering = ["name", "pk"]
    fields = ["name", "description", "slug", "uid", "joining", "members_count", "locked_at", "created_at"]
    readonly_fields = ["slug", "uid", "joining", "members_count", "locked_at", "created_at"]
    actions = ["lock", "unlock"]
    goes_along = {
        "memberships": _("memberships"),
        "invitations": _("invitations"),
        "posts": _("posts, for all their readers"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(number_of_members=number_of(Group, "memberships"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm[Group], change: bool) -> None:
        groups.describe(obj, name=obj.name, description=obj.description, joining=Joining(obj.joining))

    def delete(self, thing: Group) -> None:
        groups.delete(thing)

    @admin.display(description=_("members"), ordering="number_of_members")
    def members_count(self, group: Group) -> SafeString:
        address = reverse("admin:groups_membership_changelist", query={"group__id__exact": group.pk})
        return format_html('<a href="{}">{}</a>', address, group.number_of_members)  # type: ignore[attr-defined]

    @admin.action(description=_("Lock: nobody posts and nobody joins"), permissions=["change"])
    def lock(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """Let nobody post or join until it is unlocked."""
        for group in queryset:
            groups.lock(group)
            self.log_change(request, group, gettext("Locked."))
        number = len(queryset)
        self.message_user(request, ngettext("%d group locked.", "%d groups locked.", number) % number)

    @admin.action(description=_("Unlock"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """Let people post and join again."""
        for group in queryset:
            groups.unlock(group)
            self.log_change(request, group, gettext("Unlocked."))
        number = len(queryset)
        self.message_user(request, ngettext("%d group unlocked.", "%d groups unlocked.", number) % number)
