from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from groups.models import Group
from posts.models.post import Post

# A file comes and goes in parts of so many bytes, the last one of what is left.
PART_SIZE = 1024 * 1024


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def kept_of(self, owner: User) -> Self:
        """The owner's files, but for those that are about to be deleted."""
        return self.filter(owner=owner, is_dropped=False)

    def kept_in(self, group: Group) -> Self:
        """The files that were uploaded for a group or are published in it, but for those about to be deleted."""
        return self.filter(group=group, is_dropped=False)

    def readable_by(self, user: User) -> Self:
        """The user's own files, and those that belong to a post as the user may read it now."""
        place = models.Func(
            models.OuterRef("revisions"),
            models.F("current__number"),
            function="array_position",
            output_field=models.IntegerField(),
        )
        shown = (
            Post.objects.readable_by(user)
            .filter(uid=models.OuterRef("post_uid"), author=models.OuterRef("owner"))
            .annotate(place=place)
            .filter(place__isnull=False)
        )
        whole = self.filter(is_dropped=False, is_complete=True)
        return whole.filter(models.Q(owner=user) | models.Exists(shown))

    def space(self) -> int:
        """How many bytes these take."""
        return int(self.aggregate(space=models.Sum("size", default=0))["space"])


class StoredFile(models.Model):
    """A file, sealed in its owner's browser. Its parts lie in the storage `files`."""

    uid = models.UUIDField(unique=True, editable=False)
    # A row outlives its post: the cleaning deletes the stored bytes first, and the row after them.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+", verbose_name=_("group"))
    # The uid of the post, or of the draft that will be one.
    post_uid = models.UUIDField(_("uid of the post"), editable=False)
    size = models.PositiveBigIntegerField(_("size, sealed"), editable=False)
    # The numbers of the parts that are stored, from 0.
    parts = ArrayField(models.PositiveIntegerField(), default=list, editable=False)
    is_complete = models.BooleanField(_("complete"), default=False, editable=False)
    # The numbers of the post's revisions that name it.
    revisions = ArrayField(models.PositiveIntegerField(), default=list, editable=False)
    was_published = models.BooleanField(_("published once"), default=False, editable=False)
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    # When a draft or a revision named it last.
    named_at = models.DateTimeField(_("named"), db_default=Now(), editable=False)
    is_dropped = models.BooleanField(_("about to be deleted"), default=False, editable=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["post_uid"], name="stored_file_of_post"),
            models.Index(fields=["id"], name="stored_file_dropped", condition=models.Q(is_dropped=True)),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def part_count(self) -> int:
        return -(-self.size // PART_SIZE)

    @property
    def missing(self) -> list[int]:
        """The numbers of the parts that are still to come."""
        return sorted(set(range(self.part_count)).difference(self.parts))

    def size_of_part(self, number: int) -> int:
        """How many bytes the part of this number has."""
        return min(PART_SIZE, self.size - number * PART_SIZE)

    def name_of_part(self, number: int) -> str:
        """Where the storage keeps the part of this number."""
        return f"{self.folder}/{number}"

    @property
    def folder(self) -> str:
        """Where the storage keeps the parts: below one of 256 folders, so that none has all files in it."""
        return f"{str(self.uid)[:2]}/{self.uid}"
