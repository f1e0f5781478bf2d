from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.bulk import BulkAdmin
from posts.comments import commenting
from posts.models import Comment
from secureblogs.admin.site import NarrowedFilter, ReadOnlyAdmin, narrowing


@admin.register(Comment)
class CommentAdmin(BulkAdmin[Comment], ReadOnlyAdmin[Comment]):
    """Finding a comment by who wrote it, when and where, and deleting it."""

    list_display = ["uid", "post", "by_author", "written_at", "edited_at", "size"]
    list_filter = [("post", NarrowedFilter), ("author", NarrowedFilter)]
    search_fields = ["uid", "post__uid", "post__title", "author__name", "author__email"]
    date_hierarchy = "written_at"
    fields = ["uid", "post", "author", "written_at", "edited_at", "revision", "size"]
    actions = ["delete_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        # PostgreSQL tells the length of what is sealed, without reading it.
        comments = Comment.objects.written().order_by(*(self.get_ordering(request) or ["-pk"]))
        comments = comments.select_related("post", "author").defer("nonce", "ciphertext", "key_commitment")
        return comments.annotate(size=Length("ciphertext"))

    def told_by(self, thing: Comment) -> str:
        """A moderator reads who wrote it, too: its uid does not say that."""
        return f"{thing.author}, {thing.author.email}" if thing.author else ""

    def delete(self, thing: Comment) -> bool:
        commenting.delete(thing)
        return False

    @admin.display(description=_("author"), ordering="author__name")
    def by_author(self, comment: Comment) -> SafeString:
        """The author, as a link that leaves only their comments in the list."""
        assert comment.author is not None
        return narrowing("author", comment.author)

    @admin.display(description=_("size, sealed"))
    def size(self, comment: Comment) -> str:
        return filesizeformat(comment.size)  # type: ignore[attr-defined]
