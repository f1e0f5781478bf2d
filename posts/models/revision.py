from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from posts.models.contexts import Contexts

if TYPE_CHECKING:
    from posts.models.post import Post


class State(models.TextChoices):
    """Where a revision is on its way to its readers; posts.models.transitions says which moves exist."""

    QUEUED = "queued"
    ENCRYPTING = "encrypting"
    PUBLISHED = "published"
    FAILED = "failed"


class Failure(models.TextChoices):
    """Why a revision failed; posts.publishing.messages says it in words."""

    DOES_NOT_OPEN = "does-not-open"
    NOT_A_DOCUMENT = "not-a-document"
    TITLE_DIFFERS = "title-differs"
    WRONG_SIGNATURE = "wrong-signature"
    KEY_SUPERSEDED = "key-superseded"
    KEPT_FAILING = "kept-failing"
    TOOK_TOO_LONG = "took-too-long"


UNFINISHED = [State.QUEUED, State.ENCRYPTING]
# The columns that only the page of one post needs, and that may be large: lists and batches don't read them.
CONTENT = ["nonce", "ciphertext", "key_commitment"]
SEALED = [*CONTENT, "waiting_key"]


class RevisionQuerySet(models.QuerySet["Revision"]):
    def with_place(self) -> Self:
        """Each revision with what its contexts name; not with what is sealed."""
        return self.select_related("post__group", "post__author").defer(*CONTENT)

    def shown_of(self, post: "Post") -> Self:
        """The one that readers of the post are shown now, whatever they were shown when the post was read."""
        return self.filter(post=post, post__current=models.F("pk"))


class Revision(models.Model):
    """What the author of a post said once: a sealed document, with what is known about it in the open."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=100)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.QUEUED, editable=False)
    failure = models.CharField(_("reason"), max_length=20, choices=Failure, blank=True, editable=False)
    # SHA-256 of the draft as it was sent: an author who sends it twice, since the answer was lost, made one revision.
    draft_digest = models.BinaryField(null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), db_default=Now(), editable=False)
    # The author's account key at that moment, by its generation; 0 without one.
    author_generation = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    progress_told_at = models.DateTimeField(null=True, editable=False)
    key_count = models.PositiveIntegerField(_("keys to wrap"), default=0, editable=False)

    nonce = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    key_commitment = models.BinaryField(null=True)
    # The content key, sealed to the workers, while batches of its recipients still wait.
    waiting_key = models.BinaryField(null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["post"],
                name="revision_unfinished",
                condition=models.Q(state__in=["queued", "encrypting"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_unique"),
            models.CheckConstraint(
                name="revision_sealed_once_out",
                condition=models.Q(state__in=[State.QUEUED, State.FAILED])
                | models.Q(nonce__isnull=False, ciphertext__isnull=False, key_commitment__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_published_holds_no_waiting_key",
                condition=~models.Q(state=State.PUBLISHED)
                | models.Q(waiting_key=None, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def contexts(self) -> Contexts:
        """What the revision's ciphertexts are bound to."""
        post = self.post
        return Contexts(post=post.uid, group=post.group.uid, author=post.author.uid, revision=self.number)

    @property
    def is_edit(self) -> bool:
        """Whether readers are shown an earlier one until this is out."""
        return self.number > 1

    @property
    def may_be_tried_again(self) -> bool:
        """Whether another try could end better: a draft that is no document stays none."""
        return self.failure in {Failure.DOES_NOT_OPEN, Failure.KEPT_FAILING, Failure.TOOK_TOO_LONG}
