from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class KeyBatch(models.Model):
    """Public keys for which a revision's content key still has to be wrapped; deleted when that is done."""

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="batches")
    public_keys = ArrayField(models.BigIntegerField())
    attempts = models.PositiveSmallIntegerField(default=0)
    hinted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.revision_id}: {len(self.public_keys)}"
