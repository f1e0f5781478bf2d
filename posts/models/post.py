from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from posts.models.contexts import Contexts
from posts.models.lost_key import LostKey
from posts.models.mute import Mute
from posts.models.post_key import PostKey


class State(models.TextChoices):
    """Where a post is on its way to its readers; posts.models.transitions says which moves exist."""

    QUEUED = "queued"
    ENCRYPTING = "encrypting"
    PUBLISHED = "published"
    FAILED = "failed"


class Failure(models.TextChoices):
    """Why a post failed; posts.publishing.messages says it in words."""

    DOES_NOT_OPEN = "does-not-open"
    NOT_A_DOCUMENT = "not-a-document"
    TITLE_DIFFERS = "title-differs"
    KEPT_FAILING = "kept-failing"
    TOOK_TOO_LONG = "took-too-long"


# The columns that only the page of one post needs, and that may be large: lists and batches don't read them.
CONTENT = ["nonce", "ciphertext", "key_commitment"]


class PostQuerySet(models.QuerySet["Post"]):
    def listed_for(self, user: User) -> Self:
        """Posts whose title, author and date the user may see: in their groups those that are out, and their own."""
        mine = models.Q(author=user)
        out = models.Q(state=State.PUBLISHED) | models.Q(state=State.ENCRYPTING)
        return self.filter(out | mine, group__in=Group.objects.of_member(user)).defer(*CONTENT, "waiting_key")

    def with_access(self, user: User) -> Self:
        """Each post with how the user stands to it.

        `is_readable`: a key is wrapped for one of the user's keys that are not revoked. `is_from_before`: the user
        joined after the post was submitted, by number, as it was decided whom the post is for.
        """
        wrapped = PostKey.objects.filter(
            post=models.OuterRef("pk"), public_key__in=PublicKey.objects.opening_of(user)
        )
        later = Membership.objects.filter(pk__gt=models.OuterRef("newest_membership"))
        return self.annotate(
            is_readable=models.Exists(wrapped),
            is_from_before=models.Exists(later.filter(group=models.OuterRef("group"), user=user)),
        )

    def with_losses(self, user: User) -> Self:
        """Each post with `is_lost`: what was wrapped for the user did not open when it was moved to a newer key."""
        lost = LostKey.objects.filter(post=models.OuterRef("pk"), user=user)
        return self.annotate(is_lost=models.Exists(lost))

    def lost_by(self, user: User) -> Self:
        """Posts that the user sees listed, lost a key for, and can't read yet with another one."""
        listed = self.listed_for(user).with_access(user).with_losses(user)
        return listed.filter(is_lost=True, is_readable=False)

    def with_opening_keys(self, user: User) -> Self:
        """Each post with `opening_keys`: fingerprints of the user's keys, not revoked, that it is wrapped for."""
        wrapped = PostKey.objects.filter(
            post=models.OuterRef("pk"), public_key__in=PublicKey.objects.opening_of(user)
        )
        fingerprints = wrapped.order_by("public_key_id").values("public_key__fingerprint")
        return self.annotate(opening_keys=ArraySubquery(fingerprints))

    def lacking_key_of(self, user: User) -> Self:
        """Posts that the user sees listed and that are wrapped for fewer than all of the user's active keys.

        Of posts that are still being encrypted only those from before the user joined: of the others more may follow.
        """
        is_final = models.Q(state=State.PUBLISHED) | models.Q(is_from_before=True)
        return self.listed_for(user).with_access(user).with_own_keys(user).filter(is_final, lacks_key=True)

    def with_own_keys(self, user: User) -> Self:
        """Each post with how the user's keys that are not revoked stand to it.

        `is_granted`: one of them was given the post's key later than it was published. `lacks_key`: one of those that
        are wrapped for has none. `key_labels`: the labels of those that have one, as far as they are labelled.
        """
        opening = PublicKey.objects.opening_of(user)
        wrapped = PostKey.objects.filter(post=models.OuterRef("pk"), public_key__in=opening)
        lacking = PublicKey.objects.active_of(user).filter(
            ~models.Exists(PostKey.objects.for_key_or_older(post=models.OuterRef(models.OuterRef("pk"))))
        )
        return self.annotate(
            is_granted=models.Exists(wrapped.filter(granted_at__isnull=False)),
            lacks_key=models.Exists(lacking),
            key_labels=ArraySubquery(
                wrapped.exclude(public_key__label="").order_by("public_key_id").values("public_key__label")
            ),
        )

    def with_answerer(self, asker: User) -> Self:
        """Each post with whether its author can hear somebody who asks.

        `author_belongs`: the author is still in the group. `is_muted`: the author takes no requests of the asker.
        """
        membership = Membership.objects.filter(group=models.OuterRef("group"), user=models.OuterRef("author"))
        mute = Mute.objects.filter(author=models.OuterRef("author"), asker=asker)
        return self.annotate(author_belongs=models.Exists(membership), is_muted=models.Exists(mute))

    def deletable_by(self, user: User) -> Self:
        """Posts that the user may delete: their own, and those of groups that they moderate."""
        in_moderated = models.Q(group__in=Group.objects.moderated_by(user))
        return self.listed_for(user).filter(models.Q(author=user) | in_moderated)


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
    # The newest membership of the group at that moment: a later member has a higher number, whatever a clock says.
    newest_membership = models.BigIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    progress_told_at = models.DateTimeField(null=True, editable=False)
    key_count = models.PositiveIntegerField(_("keys to wrap"), default=0, editable=False)

    nonce = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    key_commitment = models.BinaryField(null=True)
    # The content key, sealed to the workers, while batches of its recipients still wait.
    waiting_key = models.BinaryField(null=True)

    # Set by PostQuerySet.with_access, with_losses, with_own_keys and with_answerer.
    is_readable: bool
    is_lost: bool
    is_granted: bool
    lacks_key: bool
    key_labels: list[str]
    author_belongs: bool
    is_muted: bool

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["group", "-submitted_at", "-id"], name="post_group_newest"),
            models.Index(
                fields=["author"],
                name="post_unfinished",
                condition=models.Q(state__in=["queued", "encrypting"]),
            ),
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
    def contexts(self) -> Contexts:
        """What the post's ciphertexts are bound to."""
        return Contexts(post=self.uid, group=self.group.uid, author=self.author.uid, revision=self.revision)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether another try could end better: a draft that is no document stays none."""
        return self.failure in {Failure.DOES_NOT_OPEN, Failure.KEPT_FAILING, Failure.TOOK_TOO_LONG}
