from typing import Self

from django.db import models

from accounts.models import PublicKey


class PostKeyQuerySet(models.QuerySet["PostKey"]):
    def for_key_or_older(self, *, post: models.OuterRef | models.Model) -> Self:
        """Of a post, those for the public key of the query around it, or for an older one that it stands for.

        What is wrapped for an older account key opens in the same browsers, until it is moved.
        """
        is_it = models.Q(public_key=models.OuterRef("pk"))
        return self.filter(is_it | models.Q(public_key__replaced_by=models.OuterRef("pk")), post=post)


class PostKey(models.Model):
    """The content key of one post, wrapped for one public key."""

    # The table has no surrogate key: it keeps a million rows, and finds each by post and public key.
    pk = models.CompositePrimaryKey("post_id", "public_key_id")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="wrapped_keys", db_index=False)
    public_key = models.ForeignKey(PublicKey, models.CASCADE, related_name="wrapped_keys")
    wrapped_key = models.BinaryField()
    # When the author granted it to somebody who asked; without a time it is part of the post's publishing.
    granted_at = models.DateTimeField(null=True)

    objects = PostKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.post_id}/{self.public_key_id}"
