from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class WaitingReset(models.Model):
    """Somebody asked to start over. It comes into force when it is due, unless a session of theirs stops it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="waiting_reset")
    # The request as it was sent and checked. It holds public keys, statements and sealed boxes.
    request = models.JSONField()
    session = models.CharField(max_length=80)
    asked_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.due_at}"
