from django.conf import settings
from django.db import models


class Mute(models.Model):
    """An author does not want to be asked by this person any more."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "asker"], name="mute_unique")]

    def __str__(self) -> str:
        return f"{self.author} – {self.asker}"
