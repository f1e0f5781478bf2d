from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain.jobs import LeftAlone, Options
from accounts.models import User
from posts.models import AlreadyMoved, Post
from posts.publishing import deletions, posts
from posts.publishing.messages import why_failed
from secureblogs.admin.site import NarrowedFilter, ReadOnlyAdmin, narrowing


@admin.register(Post)
class PostAdmin(BulkAdmin[Post], ReadOnlyAdmin[Post]):
    """Finding a post, seeing why it failed, having it tried again, deleting it."""

    list_display = [
        "shown_title",
        "of_group",
        "by_author",
        "shown_state",
        "submitted_at",
        "published_at",
        "key_count",
        "why_failed",
    ]
    list_filter = [
        ("group", NarrowedFilter),
        ("author", NarrowedFilter),
        "current__state",
        "current__failure",
    ]
    search_fields = ["current__title", "group__name", "group__slug", "author__name", "author__email", "uid"]
    date_hierarchy = "submitted_at"
    fields = [
        "shown_title",
        "group",
        "author",
        "shown_state",
        "why_failed",
        "submitted_at",
        "published_at",
        "uid",
        "number",
        "key_count",
        "size",
        "nonce_in_hex",
        "key_commitment_in_hex",
    ]
    actions = ["try_again", "delete_selected"]
    goes_along = {
        "revisions__wrapped_keys": _("wrapped keys"),
        "read_requests": _("read requests"),
        "comments": _("comments"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        # PostgreSQL knows the length without reading what may be a megabyte.
        return (
            super()
            .get_queryset(request)
            .select_related("group", "author", "current")
            .defer("current__ciphertext", "current__waiting_key")
            .annotate(size=Length("current__ciphertext"))
        )

    def told_by(self, thing: Post) -> str:
        return f"{thing.author}, {thing.group}"

    def delete(self, thing: Post) -> bool:
        deletions.delete(thing)
        return False

    @admin.display(description=_("title"), ordering="current__title")
    def shown_title(self, post: Post) -> str:
        return post.title

    @admin.display(description=_("state"), ordering="current__state")
    def shown_state(self, post: Post) -> str:
        return post.current.get_state_display()

    @admin.display(description=_("revision"), ordering="current__number")
    def number(self, post: Post) -> int:
        return post.current.number

    @admin.display(description=_("published"), ordering="current__published_at")
    def published_at(self, post: Post) -> str:
        # Of what a method returns, Django writes a time for people in a list, but not on the page of one thing.
        return display_for_value(post.current.published_at, self.get_empty_value_display())

    @admin.display(description=_("keys to wrap"), ordering="current__key_count")
    def key_count(self, post: Post) -> int:
        return post.current.key_count

    @admin.display(description=_("group"), ordering="group__name")
    def of_group(self, post: Post) -> SafeString:
        """The group, as a link that leaves only its posts in the list."""
        return narrowing("group", post.group)

    @admin.display(description=_("author"), ordering="author__name")
    def by_author(self, post: Post) -> SafeString:
        """The author, as a link that leaves only their posts in the list."""
        return narrowing("author", post.author)

    @admin.display(description=_("size, sealed"))
    def size(self, post: Post) -> StrOrPromise:
        size: int | None = post.size  # type: ignore[attr-defined]
        return _("Not sealed yet") if size is None else filesizeformat(size)

    @admin.display(description=_("reason"), ordering="current__failure")
    def why_failed(self, post: Post) -> str:
        return why_failed(post.current.failure)

    @admin.display(description=_("nonce"))
    def nonce_in_hex(self, post: Post) -> str:
        return _in_hex(post.current.nonce)

    @admin.display(description=_("key commitment"))
    def key_commitment_in_hex(self, post: Post) -> str:
        return _in_hex(post.current.key_commitment)

    @bulk_action(
        description=_("Try again to encrypt those that failed"),
        permissions=["moderate"],
        title=_("Try again to encrypt these posts?"),
        danger=False,
        text=_("Workers take up each post that failed where it stopped. Nothing is lost."),
        verb=_("Try again"),
        logged=_("Tried again."),
    )
    def try_again(self, post: Post, *, actor: User, options: Options) -> None:
        """Give a failed post back to the workers."""
        try:
            posts.try_again(post.later or post.current)
        except AlreadyMoved:
            raise LeftAlone(gettext("A post that has not failed is not tried again.")) from None
        except posts.TooMany:
            raise LeftAlone(gettext("Its author has too many posts on their way. Try again later.")) from None


def _in_hex(value: bytes | memoryview | None) -> str:
    return "" if value is None else format_html("<code>{}</code>", bytes(value).hex())
