"""Posts, for moderators and administrators: what is known about them in the open, never what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts.domain import publishing
from posts.models import Post, State
from secureblogs.administration import ReadOnlyAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin[Post]):
    """Finding a post, seeing why it failed, having it tried again, deleting it."""

    list_display = [
        "title",
        "group",
        "author",
        "state",
        "submitted_at",
        "published_at",
        "key_count",
        "failure",
    ]
    list_filter = ["state", "failure"]
    list_select_related = ["group", "author"]
    search_fields = ["title", "group__name", "group__slug", "author__name", "author__email", "uid"]
    date_hierarchy = "submitted_at"
    fields = [
        "title",
        "group",
        "author",
        "state",
        "failure",
        "submitted_at",
        "published_at",
        "uid",
        "revision",
        "key_count",
        "size",
        "nonce_in_hex",
        "key_commitment_in_hex",
    ]
    actions = ["try_again"]
    goes_along = {"wrapped_keys": _("wrapped keys"), "read_requests": _("read requests")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        # The length is known to the database without reading what may be a megabyte.
        return (
            super()
            .get_queryset(request)
            .defer("ciphertext", "waiting_key")
            .annotate(size=Length("ciphertext"))
        )

    def delete(self, thing: Post) -> None:
        publishing.delete(thing)

    @admin.display(description=_("size, sealed"))
    def size(self, post: Post) -> StrOrPromise:
        size: int | None = post.size  # type: ignore[attr-defined]
        return _("Not sealed yet") if size is None else filesizeformat(size)

    @admin.display(description=_("nonce"))
    def nonce_in_hex(self, post: Post) -> str:
        return _in_hex(post.nonce)

    @admin.display(description=_("key commitment"))
    def key_commitment_in_hex(self, post: Post) -> str:
        return _in_hex(post.key_commitment)

    @admin.action(description=_("Try again to encrypt those that failed"), permissions=["moderate"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Give failed posts back to the workers."""
        taken_up = 0
        for post in queryset.filter(state=State.FAILED):
            if publishing.try_again(post):
                taken_up += 1
                self.log_change(request, post, gettext("Tried again."))
        sentence = ngettext("%d post is tried again.", "%d posts are tried again.", taken_up)
        self.message_user(request, sentence % taken_up)


def _in_hex(value: bytes | memoryview | None) -> str:
    return "" if value is None else format_html("<code>{}</code>", bytes(value).hex())
