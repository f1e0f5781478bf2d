import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.db import models
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from groups.models import Group
from posts.models.post import Post
from secureblogs.crypto.encoding import to_base64
from secureblogs.queries.counting import count_of


class CommentQuerySet(models.QuerySet["Comment"]):
    def listed_for(self, user: User) -> Self:
        """Comments, sealed, of posts that the user sees listed."""
        return self.filter(post__in=Post.objects.listed_for(user).values("pk"))

    def readable_by(self, user: User) -> Self:
        """Comments of posts that the user can read, without the places of deleted ones."""
        return self.written().filter(post__in=Post.objects.readable_by(user).values("pk"))

    def by(self, user: User) -> Self:
        """Comments of the user's own, of posts that they see listed."""
        return self.listed_for(user).filter(author=user)

    def deletable_by(self, user: User) -> Self:
        """Comments that the user may delete: their own, those of their posts, and of groups that they moderate."""
        in_moderated = models.Q(post__group__in=Group.objects.moderated_by(user))
        may = models.Q(author=user) | models.Q(post__author=user) | in_moderated
        return self.listed_for(user).written().filter(may)

    def written(self) -> Self:
        """The comments that are there, without the places that deleted ones leave to their answers."""
        return self.exclude(author=None)

    def in_order(self) -> Self:
        """Each comment with `place`, by which the answers to one stand after it."""
        return self.annotate(place=Coalesce("parent_id", "id")).order_by("place", "pk")

    def between(self, comment: "Comment") -> Self:
        """The comments from the one that this answers up to this one, in that order."""
        return self.in_order().filter(place=comment.place, pk__lte=comment.pk)

    def before(self, place: int, pk: int) -> Self:
        """The comments before this place and number, the nearest first."""
        is_before = models.Q(place__lt=place) | models.Q(place=place, pk__lt=pk)
        return self.in_order().filter(is_before).reverse()


def comment_count(post: str = "pk") -> Coalesce:
    """How many comments each row's post has."""
    return count_of(Comment.objects.written(), "post", of=post)


def comments_stamp(post: str = "pk") -> Coalesce:
    """A text that changes whenever somebody writes, edits or deletes a comment of the row's post."""
    written = Comment.objects.written().filter(post=models.OuterRef(post)).order_by().values("post")
    parts = (Cast("uid", models.TextField()), models.Value("/"), Cast("revision", models.TextField()))
    named = Concat(*parts, output_field=models.TextField())
    stamp = MD5(StringAgg(named, ",", order_by="pk"))
    return Coalesce(
        models.Subquery(written.annotate(stamp=stamp).values("stamp")),
        models.Value(""),
        output_field=models.TextField(),
    )


class Comment(models.Model):
    """What somebody says about a post, sealed in their browser; a deleted one keeps its place before its answers."""

    # Whoever deletes their account can leave it to its readers (accounts.domain.former).
    stays_of_former_members = True

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(
        "posts.Post", models.CASCADE, related_name="comments", db_index=False, verbose_name=_("post")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="comments", null=True, verbose_name=_("author")
    )
    # The comment that this one answers. A comment that is an answer has no answers itself.
    parent = models.ForeignKey("self", models.CASCADE, related_name="answers", null=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True)

    nonce = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    key_commitment = models.BinaryField(null=True)

    # Set by CommentQuerySet.in_order.
    place: int

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-pk"]
        indexes = [models.Index("post", Coalesce("parent_id", "id"), "id", name="comment_places")]
        constraints = [
            models.CheckConstraint(
                name="comment_deleted_holds_nothing",
                condition=models.Q(author=None, nonce=None, ciphertext=None, key_commitment=None)
                | models.Q(
                    author__isnull=False,
                    nonce__isnull=False,
                    ciphertext__isnull=False,
                    key_commitment__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def is_deleted(self) -> bool:
        """Whether only its place is left, for its answers."""
        return self.author_id is None

    @property
    def sealed(self) -> dict[str, str]:
        """What a reader's browser opens, in base64."""
        columns = {"nonce": self.nonce, "ciphertext": self.ciphertext, "key_commitment": self.key_commitment}
        return {name: to_base64(value) for name, value in columns.items() if value}
