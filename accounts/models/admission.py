import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.keyholders import Holder


class AdmissionState(models.TextChoices):
    """Where an admission is; only an open one takes offers and an answer."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    ENDED = "ended"


class OfferState(models.TextChoices):
    """What became of a device that offered itself."""

    WAITING = "waiting"
    WRONG = "wrong"
    REFUSED = "refused"
    ALLOWED = "allowed"


class Admission(models.Model):
    """An old device waits for a new one, to which somebody carries its code. The code itself never comes here."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="admissions")
    state = models.CharField(max_length=20, choices=AdmissionState, default=AdmissionState.OPEN)
    # A keyed hash of the session that opened it, having confirmed who its person is.
    session = models.CharField(max_length=80)
    opened_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    # What was answered: the generation and the number of the list that the proof speaks of.
    generation = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    mac = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="admission_one_open", condition=models.Q(state=AdmissionState.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def is_expired(self) -> bool:
        """Whether nobody answered it in its time."""
        return self.state == AdmissionState.OPEN and self.expires_at <= timezone.now()


class Offer(Holder):
    """A new device's key and name, with the proof that somebody typed the code there."""

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="offers")
    name = models.CharField(max_length=50)
    mac = models.BinaryField()
    state = models.CharField(max_length=20, choices=OfferState, default=OfferState.WAITING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["admission", "fingerprint"], name="offer_unique")]
