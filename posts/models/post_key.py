from django.db import models

from accounts.models import PublicKey


class PostKey(models.Model):
    """The content key of one post, wrapped for one public key."""

    # No surrogate key: a million of these rows are kept, and each is found by post and public key.
    pk = models.CompositePrimaryKey("post_id", "public_key_id")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="wrapped_keys", db_index=False)
    public_key = models.ForeignKey(PublicKey, models.CASCADE, related_name="wrapped_keys")
    wrapped_key = models.BinaryField()
    # When the author granted it to somebody who asked; without a time it is part of the post's publishing.
    granted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.post_id}/{self.public_key_id}"
