from django.db import models
from django.db.models.functions import Now


class SealedDraft(models.Model):
    """A document that the author's browser sealed to the workers; deleted when the content is sealed."""

    revision = models.OneToOneField("posts.Revision", models.CASCADE, primary_key=True, related_name="draft")
    sealed = models.BinaryField()
    attempts = models.PositiveSmallIntegerField(default=0)
    hinted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.revision_id)
