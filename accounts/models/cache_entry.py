from django.db import models


class CacheEntry(models.Model):
    """A value that `accounts.cache` keeps under a key until it expires."""

    key = models.TextField(primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key
