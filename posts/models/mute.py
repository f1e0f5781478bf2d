from typing import Self

from django.conf import settings
from django.db import models

from accounts.models import User


class MuteQuerySet(models.QuerySet["Mute"]):
    def between(self, author: User | models.OuterRef, asker: User | models.OuterRef) -> Self:
        """The author's mute of this person, if there is one."""
        return self.filter(author=author, asker=asker)


class Mute(models.Model):
    """An author takes no more requests of this person."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "asker"], name="mute_unique")]

    def __str__(self) -> str:
        return f"{self.author} – {self.asker}"
