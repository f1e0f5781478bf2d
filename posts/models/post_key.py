from typing import Self

from django.db import models

from accounts.models import PublicKey, User


class PostKeyQuerySet(models.QuerySet["PostKey"]):
    def shown(self) -> Self:
        """Those of revisions that readers are shown."""
        return self.filter(revision__post__current=models.F("revision"))

    def opening_for(self, user: User) -> Self:
        """Those for the person's keys that open what was wrapped for them."""
        return self.filter(public_key__in=PublicKey.objects.opening_of(user))

    def for_key_or_older(self, *, revision: models.OuterRef | models.Model) -> Self:
        """A revision's wrapped keys for the outer query's public key, or for an older one that it stands for.

        What is wrapped for an older account key opens in the same browsers, until it is moved.
        """
        is_it = models.Q(public_key=models.OuterRef("pk"))
        return self.filter(is_it | models.Q(public_key__replaced_by=models.OuterRef("pk")), revision=revision)


class PostKey(models.Model):
    """The content key of one revision of a post, wrapped for one public key."""

    # The table has no surrogate key: it keeps a million rows, and finds each by revision and public key.
    pk = models.CompositePrimaryKey("revision_id", "public_key_id")
    revision = models.ForeignKey(
        "posts.Revision", models.CASCADE, related_name="wrapped_keys", db_index=False
    )
    public_key = models.ForeignKey(PublicKey, models.CASCADE, related_name="wrapped_keys")
    wrapped_key = models.BinaryField()
    # When the author granted it to somebody who asked; without a time it is part of the post's publishing.
    granted_at = models.DateTimeField(null=True)

    objects = PostKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.public_key_id}"
