from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from posts.models.lost_key import LostKey
from posts.models.mute import Mute
from posts.models.post_key import PostKey, PostKeyQuerySet
from posts.models.revision import SEALED, Revision, State


class PostQuerySet(models.QuerySet["Post"]):
    def listed_for(self, user: User) -> Self:
        """Posts whose title, author and date the user may see: in their groups those that are out, and their own."""
        mine = models.Q(author=user)
        out = models.Q(current__state=State.PUBLISHED) | models.Q(current__state=State.ENCRYPTING)
        return self.filter(out | mine, group__in=Group.objects.of_member(user)).with_current()

    def with_current(self) -> Self:
        """Each post with the revision that is shown; not with what is sealed."""
        return self.select_related("current").defer(*(f"current__{field}" for field in SEALED))

    def with_access(self, user: User) -> Self:
        """Each post with how the user stands to it.

        `is_readable`: a key is wrapped for one of the user's keys that are not revoked. `is_from_before`: the user
        joined after the post was submitted, by number, as it was decided whom the post is for.
        """
        wrapped = _wrapped_for(user)
        later = Membership.objects.filter(pk__gt=models.OuterRef("newest_membership"))
        return self.annotate(
            is_readable=models.Exists(wrapped),
            is_from_before=models.Exists(later.filter(group=models.OuterRef("group"), user=user)),
        )

    def readable_by(self, user: User) -> Self:
        """Posts that the user sees listed, and that are wrapped for one of their keys that are not revoked."""
        return self.listed_for(user).with_access(user).filter(is_readable=True)

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
        wrapped = _wrapped_for(user)
        fingerprints = wrapped.order_by("public_key_id").values("public_key__fingerprint")
        return self.annotate(opening_keys=ArraySubquery(fingerprints))

    def lacking_key_of(self, user: User) -> Self:
        """Posts that the user sees listed and that are wrapped for fewer than all of the user's active keys.

        Of posts that are still being encrypted only those from before the user joined: of the others more may follow.
        """
        is_final = models.Q(current__state=State.PUBLISHED) | models.Q(is_from_before=True)
        return self.listed_for(user).with_access(user).with_own_keys(user).filter(is_final, lacks_key=True)

    def with_own_keys(self, user: User) -> Self:
        """Each post with how the user's keys that are not revoked stand to it.

        `is_granted`: one of them was given the post's key later than it was published. `lacks_key`: one of those that
        are wrapped for has none. `key_labels`: the labels of those that have one, as far as they are labelled.
        """
        wrapped = _wrapped_for(user)
        lacking = PublicKey.objects.active_of(user).filter(
            ~models.Exists(
                PostKey.objects.for_key_or_older(revision=models.OuterRef(models.OuterRef("current")))
            )
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
        mute = Mute.objects.between(models.OuterRef("author"), asker)
        return self.annotate(author_belongs=models.Exists(membership), is_muted=models.Exists(mute))

    def with_request_of(self, asker: User) -> Self:
        """Each post joined with what this person asked its author, if anything, as `asked`."""
        # This joins one row at most: there is one request for each post and asker.
        asked = models.FilteredRelation("read_requests", condition=models.Q(read_requests__asker=asker))
        return self.annotate(asked=asked)

    def deletable_by(self, user: User) -> Self:
        """Posts that the user may delete: their own, and those of groups that they moderate."""
        in_moderated = models.Q(group__in=Group.objects.moderated_by(user))
        return self.listed_for(user).filter(models.Q(author=user) | in_moderated)


def _wrapped_for(user: User) -> PostKeyQuerySet:
    """What is wrapped for the user of the revision that each row shows."""
    return PostKey.objects.opening_for(user).filter(revision=models.OuterRef("current"))


class Post(models.Model):
    """Something that an author says in a group, whatever becomes of the words: those are its revisions."""

    # Whoever deletes their account can leave it to its readers (accounts.domain.former).
    stays_of_former_members = True

    uid = models.UUIDField(unique=True, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="posts", verbose_name=_("group"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name=_("author")
    )
    submitted_at = models.DateTimeField(_("submitted"), db_default=Now(), editable=False)
    # The newest membership of the group at that moment: a later member has a higher number, whatever a clock says.
    newest_membership = models.BigIntegerField(default=0, editable=False)
    # The revision that readers are shown: the newest that is out, and the first one until then. The column is empty
    # only within the statement or two that make both rows; with the post its revisions go, this one among them.
    current: models.ForeignKey[Revision, Revision] = models.ForeignKey(  # type: ignore[misc]
        Revision, models.DO_NOTHING, related_name="+", null=True, db_index=False, editable=False
    )

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
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("posts:post", args=[self.uid])

    @property
    def title(self) -> str:
        """The title that readers are shown."""
        return self.current.title

    @property
    def later(self) -> Revision | None:
        """The revision that is on its way to take the place of the one that is shown, or failed on it."""
        later = self.revisions.filter(number__gt=self.current.number).defer(*SEALED)
        return later.order_by("-number").first()

    @property
    def state(self) -> str:
        """The state of what readers are shown."""
        return self.current.state
