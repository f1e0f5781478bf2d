from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts.files import limits
from posts.models import StoredFile
from secureblogs.admin.site import NarrowedFilter, NeverDeletedAdmin


@admin.register(StoredFile)
class StoredFileAdmin(NeverDeletedAdmin[StoredFile]):
    """What pictures and files take, and whose they are; nothing tells what is in them."""

    list_display = ["uid", "owner", "group", "sealed_size", "is_complete", "was_published", "created_at"]
    list_filter = [("owner", NarrowedFilter), ("group", NarrowedFilter), "is_complete", "was_published"]
    list_select_related = ["owner", "group"]
    search_fields = ["uid", "post_uid", "owner__name", "owner__email", "group__name", "group__slug"]
    date_hierarchy = "created_at"
    fields = [
        "uid",
        "owner",
        "group",
        "post_uid",
        "sealed_size",
        "is_complete",
        "was_published",
        "created_at",
        "named_at",
        "is_dropped",
    ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The list, below how much all of it takes and what is left."""
        used = filesizeformat(StoredFile.objects.space())
        free = limits.free_space()
        words = gettext("%(used)s are used by all files.") % {"used": used}
        if free is not None:
            words = gettext("%(used)s are used by all files, %(free)s are left on the disk.") % {
                "used": used,
                "free": filesizeformat(free),
            }
        return super().changelist_view(request, {"subtitle": words, **(extra_context or {})})

    @admin.display(description=_("size, sealed"), ordering="size")
    def sealed_size(self, file: StoredFile) -> str:
        return filesizeformat(file.size)
