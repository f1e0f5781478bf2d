from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountKey, PublicKey, User
from groups.models import Membership
from posts.models.mute import Mute
from posts.models.post import Post
from posts.models.post_key import PostKey
from posts.models.revision import SEALED
from secureblogs.crypto.statements import RESET
from secureblogs.queries.counting import count_of

# Characters of what an asker and an author write to each other.
NOTE_LENGTH = 200


class RequestState(models.TextChoices):
    """What became of a request; posts.models.transitions says which moves exist."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class ReadRequestQuerySet(models.QuerySet["ReadRequest"]):
    def pending(self) -> Self:
        return self.filter(state=RequestState.PENDING)

    def to_answer_by(self, user: User) -> Self:
        """Requests about the user's own posts, in groups that they and the askers still belong to."""
        return self.filter(_belongs("post__author"), _belongs("asker"), post__author=user)

    def made_by(self, user: User) -> Self:
        """The user's own requests, in groups that they still belong to."""
        return self.filter(_belongs("asker"), asker=user)

    def with_people(self) -> Self:
        """Each request with its asker, post, author and group; not with what is sealed."""
        sealed = [f"post__current__{field}" for field in SEALED]
        people = self.select_related("asker", "post__author", "post__group", "post__current")
        return people.defer(*sealed)

    def with_asker(self) -> Self:
        """Each request with `asker_joined_at`, the `active_keys` that it pinned, `from_same`: how many requests of the
        same person wait for its author, and `asker_started_over_at`, if they ever started over with a new key."""
        membership = Membership.objects.filter(
            group=models.OuterRef("post__group"), user=models.OuterRef("asker")
        )
        keys = models.Prefetch(
            "public_keys", PublicKey.objects.active().order_by("pk"), to_attr="active_keys"
        )
        # A window would count only the requests of one page.
        to_answer = ReadRequest.objects.pending().filter(_belongs("post__author"), _belongs("asker"))
        from_same = to_answer.filter(post__author=models.OuterRef("post__author"))
        resets = AccountKey.objects.resets_of(models.OuterRef("asker"))
        return self.annotate(
            asker_started_over_at=models.Subquery(resets.values("made_at")[:1]),
            asker_joined_at=models.Subquery(membership.values("joined_at")),
            from_same=count_of(from_same, "asker", of="asker"),
        ).prefetch_related(keys)

    def of_steady_askers(self) -> Self:
        """Those whose askers did not start over with a key that nothing before it signed: those get a look each."""
        return self.exclude(asker__account_keys__cause=RESET)

    def with_mute(self) -> Self:
        """Each request with `is_muted`: whether its author takes no more of its asker."""
        mutes = Mute.objects.between(models.OuterRef("post__author"), models.OuterRef("asker"))
        return self.annotate(is_muted=models.Exists(mutes))

    def granted_for(self, post: Post) -> Self:
        """Those whose asker has a key of the post that was granted later, newest first, with its time: `granted_at`."""
        keys = PostKey.objects.filter(
            revision=models.OuterRef("post__current"),
            public_key__user=models.OuterRef("asker"),
            granted_at__isnull=False,
        )
        granted_at = models.Subquery(keys.order_by("-granted_at").values("granted_at")[:1])
        return (
            self.filter(post=post)
            .annotate(granted_at=granted_at)
            .filter(granted_at__isnull=False)
            .order_by("-granted_at", "-pk")
        )

    def with_total(self) -> Self:
        """Each request with `total`: how many there are, whatever is cut off."""
        return self.annotate(total=models.Window(models.Count("pk")))

    def in_order_of_locks(self) -> Self:
        """The requests in the order in which every transaction locks them that changes several."""
        return self.order_by("-post__submitted_at", "-post_id", "pk")


def _belongs(person: str) -> models.Exists:
    return models.Exists(
        Membership.objects.filter(group=models.OuterRef("post__group"), user=models.OuterRef(person))
    )


class ReadRequest(models.Model):
    """Somebody asks the author of a post for a key; there is one row for each post and asker."""

    post = models.ForeignKey(
        "posts.Post", models.CASCADE, related_name="read_requests", verbose_name=_("post")
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_requests", verbose_name=_("asked by")
    )
    state = models.CharField(_("state"), max_length=20, choices=RequestState, default=RequestState.PENDING)
    message = models.CharField(_("message"), max_length=NOTE_LENGTH, blank=True)
    reason = models.CharField(_("reason"), max_length=NOTE_LENGTH, blank=True)
    # The asker's active keys at the moment of asking; keys added later are not part of the request.
    public_keys = models.ManyToManyField(PublicKey, related_name="+", verbose_name=_("public keys"))
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    # How often it was asked without an answer, and since when: an asker who withdraws again and again has to pause.
    times_asked = models.PositiveSmallIntegerField(default=1, editable=False)
    counted_from = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # Set when the asker's browser found that what was granted does not open the post.
    reported_at = models.DateTimeField(_("reported as wrong"), null=True, blank=True)

    # Set by ReadRequestQuerySet: with_asker, with_mute, granted_for, with_total.
    is_muted: bool
    asker_joined_at: datetime
    asker_started_over_at: datetime | None
    from_same: int
    active_keys: list[PublicKey]
    granted_at: datetime
    total: int

    objects = ReadRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("read request")
        verbose_name_plural = _("read requests")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "asker"], name="read_request_unique"),
        ]
        indexes = [
            models.Index(fields=["post"], name="read_request_pending", condition=models.Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.asker} – {self.post}"

    @property
    def is_recent(self) -> bool:
        """Whether the weekday alone says when it was asked."""
        return is_recent(self.asked_at)

    @property
    def is_pending(self) -> bool:
        return self.state == RequestState.PENDING


def is_recent(when: datetime) -> bool:
    """Whether the weekday alone says which day it was."""
    return timezone.now() - when < timedelta(days=6)
