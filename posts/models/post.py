from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicKey, User
from groups.models import Group
from posts.models.post_key import PostKey


class State(models.TextChoices):
    """Where a post is on its way to its readers; posts.domain.lifecycle says which moves exist."""

    QUEUED = "queued", _("Queued")
    ENCRYPTING = "encrypting", _("Encrypting")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Failed")


class Failure(models.TextChoices):
    """Why a post failed, in words for its author and for moderators."""

    DOES_NOT_OPEN = (
        "does-not-open",
        _("The sealed draft could not be opened. It may have been sealed to an old key."),
    )
    NOT_A_DOCUMENT = "not-a-document", _("The sealed draft is not a document that this site understands.")
    TITLE_DIFFERS = (
        "title-differs",
        _("The title in the sealed draft is not the title that was sent with it."),
    )
    KEPT_FAILING = "kept-failing", _("Encrypting failed three times. What was written is kept, still sealed.")


# What may be large or is needed only to read one post: lists and batches leave it where it is.
CONTENT = ["nonce", "ciphertext", "key_commitment"]


class PostQuerySet(models.QuerySet["Post"]):
    def listed_for(self, user: User) -> Self:
        """Posts whose title, author and date the user may see: published ones of their groups, and their own there."""
        mine = models.Q(author=user)
        out = models.Q(state=State.PUBLISHED) | models.Q(state=State.ENCRYPTING)
        return self.filter(out | mine, group__in=Group.objects.of_member(user)).defer(*CONTENT, "waiting_key")

    def readable_by(self, user: User) -> Self:
        """Posts of the user's groups with a key wrapped for one of their active public keys."""
        return self.listed_for(user).filter(models.Exists(_keys_of(user)))

    def unreadable_by(self, user: User) -> Self:
        """Posts that the user sees listed and has no key for."""
        return self.listed_for(user).filter(~models.Exists(_keys_of(user)))

    def with_access(self, user: User) -> Self:
        """Each post with `is_readable`: whether a key is wrapped for one of the user's active public keys."""
        return self.annotate(is_readable=models.Exists(_keys_of(user)))

    def with_own_keys(self, user: User) -> Self:
        """Each post with what the user's active keys are to it.

        `is_granted`: one of them was given the post's key later than it was published. `lacks_key`: one of them has
        none. `key_labels`: the labels of those that have one, as far as they are labelled.
        """
        active = PublicKey.objects.active().filter(user=user)
        wrapped = PostKey.objects.filter(post=models.OuterRef("pk"), public_key__in=active)
        of_key = PostKey.objects.filter(
            post=models.OuterRef(models.OuterRef("pk")), public_key=models.OuterRef("pk")
        )
        return self.annotate(
            is_granted=models.Exists(wrapped.filter(granted_at__isnull=False)),
            lacks_key=models.Exists(active.filter(~models.Exists(of_key))),
            key_labels=ArraySubquery(
                wrapped.exclude(public_key__label="").order_by("public_key_id").values("public_key__label")
            ),
        )

    def deletable_by(self, user: User) -> Self:
        """Posts that the user may delete: their own, and those of groups that they moderate."""
        in_moderated = models.Q(group__in=Group.objects.moderated_by(user))
        return self.listed_for(user).filter(models.Q(author=user) | in_moderated)


def _keys_of(user: User) -> models.QuerySet[PostKey]:
    active = PublicKey.objects.active().filter(user=user)
    return PostKey.objects.filter(post=models.OuterRef("pk"), public_key__in=active)


class Post(models.Model):
    """A sealed document with what is known about it in the open."""

    uid = models.UUIDField(unique=True, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="posts", verbose_name=_("group"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name=_("author")
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    title = models.CharField(_("title"), max_length=100)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.QUEUED, editable=False)
    failure = models.CharField(_("reason"), max_length=20, choices=Failure, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), db_default=Now(), editable=False)
    # The newest membership of the group at that moment: whoever joins later has a higher number, whatever a clock says.
    newest_membership = models.BigIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    progress_told_at = models.DateTimeField(null=True, editable=False)
    key_count = models.PositiveIntegerField(_("keys to wrap"), default=0, editable=False)

    nonce = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    key_commitment = models.BinaryField(null=True)
    # The content key, sealed to the workers, while batches of its recipients still wait.
    waiting_key = models.BinaryField(null=True)

    # Set by PostQuerySet.with_access and with_own_keys.
    is_readable: bool
    is_granted: bool
    lacks_key: bool
    key_labels: list[str]

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["group", "-submitted_at", "-id"], name="post_group_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="post_sealed_once_out",
                condition=models.Q(state__in=[State.QUEUED, State.FAILED])
                | models.Q(nonce__isnull=False, ciphertext__isnull=False, key_commitment__isnull=False),
            ),
            models.CheckConstraint(
                name="post_published_holds_no_waiting_key",
                condition=~models.Q(state=State.PUBLISHED)
                | models.Q(waiting_key=None, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("posts:post", args=[self.uid])

    @property
    def may_be_tried_again(self) -> bool:
        """Whether another try could end better: a draft that is no document stays none."""
        return self.failure in {Failure.DOES_NOT_OPEN, Failure.KEPT_FAILING}
