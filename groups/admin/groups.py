from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain.jobs import Options
from accounts.models import User
from groups.domain import groups
from groups.models import Group
from secureblogs.admin.site import KindFilter, link_to_list, number_of


class LockedFilter(KindFilter):
    """Groups in which nobody posts and nobody joins, and the others."""

    title = _("locked")
    parameter_name = "locked"
    kinds = {
        "yes": (_("Yes"), lambda groups: groups.exclude(locked_at=None)),
        "no": (_("No"), lambda groups: groups.filter(locked_at=None)),
    }


@admin.register(Group)
class GroupAdmin(BulkAdmin[Group]):
    """Finding a group, mending its name and description, locking, unlocking and deleting it."""

    list_display = ["name", "slug", "joining", "members_count", "posts_count", "locked_at", "created_at"]
    list_filter = ["joining", LockedFilter]
    search_fields = ["name", "slug", "description"]
    date_hierarchy = "created_at"
    ordering = ["name", "pk"]
    readonly_fields = ["slug", "uid", "joining", "members_count", "posts_count", "locked_at", "created_at"]
    fields = ["name", "description", *readonly_fields]
    actions = ["lock", "unlock", "delete_selected"]
    goes_along = {
        "memberships": _("memberships"),
        "invitations": _("invitations"),
        "posts": _("posts, for all their readers"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                number_of_members=number_of(Group, "memberships"), number_of_posts=number_of(Group, "posts")
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm[Group], change: bool) -> None:
        groups.describe(obj, name=obj.name, description=obj.description)

    def told_by(self, thing: Group) -> str:
        return thing.slug

    def delete(self, thing: Group) -> bool:
        return groups.end(thing)

    @admin.display(description=_("members"), ordering="number_of_members")
    def members_count(self, group: Group) -> SafeString:
        return link_to_list("groups_membership", group.number_of_members, field="group", thing=group)  # type: ignore[attr-defined]

    @admin.display(description=_("posts"), ordering="number_of_posts")
    def posts_count(self, group: Group) -> SafeString:
        return link_to_list("posts_post", group.number_of_posts, field="group", thing=group)  # type: ignore[attr-defined]

    @bulk_action(
        description=_("Lock: nobody posts and nobody joins"),
        permissions=["change"],
        title=_("Lock these groups?"),
        text=_("Nobody posts, joins or asks in them until they are unlocked. Members go on reading."),
        verb=_("Lock"),
        logged=_("Locked."),
    )
    def lock(self, group: Group, *, actor: User, options: Options) -> None:
        """Let nobody post or join until it is unlocked."""
        groups.lock(group)

    @bulk_action(
        description=_("Unlock"),
        permissions=["change"],
        title=_("Unlock these groups?"),
        danger=False,
        text=_("Their members post in them again, and people join as before."),
        verb=_("Unlock"),
        logged=_("Unlocked."),
    )
    def unlock(self, group: Group, *, actor: User, options: Options) -> None:
        """Let people post and join again."""
        groups.unlock(group)
