from django.conf import settings
from django.db import models


class LostKey(models.Model):
    """What was wrapped of a post for somebody's older account key, and did not open when their browser moved it.

    It was deleted, and the person may ask for the post again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lost_keys")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="lost_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="lost_key_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.post_id}"
