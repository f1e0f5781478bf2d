from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from secureblogs.admin.site import NarrowedFilter, NeverDeletedAdmin, narrowing


@admin.register(LogEntry)
class LogEntryAdmin(NeverDeletedAdmin[LogEntry]):
    """All that moderators and administrators have done here, the newest first; for administrators only."""

    list_display = ["action_time", "by", "kind", "thing", "what"]
    list_display_links = None
    list_filter = [
        ("user", NarrowedFilter),
        "action_flag",
        ("content_type", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["user", "content_type"]
    search_fields = ["user__name", "user__email", "object_repr", "change_message"]
    date_hierarchy = "action_time"
    ordering = ["-action_time", "-pk"]
    fields = ["action_time", "user", "kind", "thing", "what"]

    def has_view_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.display(description=_("by"), ordering="user__name")
    def by(self, entry: LogEntry) -> SafeString:
        """The person who did it, as a link that leaves only what they did in the list."""
        return narrowing("user", entry.user)

    @admin.display(description=_("kind"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type) if entry.content_type else ""

    @admin.display(description=_("of what"), ordering="object_repr")
    def thing(self, entry: LogEntry) -> SafeString | str:
        """As it was called then; a link where it still has a page."""
        address = None if entry.is_deletion() else entry.get_admin_url()
        return (
            format_html('<a href="{}">{}</a>', address, entry.object_repr) if address else entry.object_repr
        )

    @admin.display(description=_("what was done"))
    def what(self, entry: LogEntry) -> StrOrPromise:
        if entry.is_deletion():
            return _("Deleted.")
        return _("Made.") if entry.is_addition() else entry.get_change_message()
