from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class StoreObject(models.Model):
    """What a person's browsers keep for one another, sealed under the account key of a generation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="store_objects")
    name = models.CharField(max_length=100)
    generation = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="store_object_unique")]

    def __str__(self) -> str:
        return self.name
