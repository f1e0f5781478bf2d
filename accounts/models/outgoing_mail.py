import uuid

from django.db import models
from django.db.models.functions import Now


class Purpose(models.TextChoices):
    """The reason for a mail that a page waits for; other mails have no purpose."""

    CONFIRMATION = "confirmation"
    RESET = "reset"


class MailState(models.TextChoices):
    WAITING = "waiting"
    SENT = "sent"
    # The mail server said no for good.
    REFUSED = "refused"


class OutgoingMail(models.Model):
    """A mail on its way, sealed until it is sent: the link in it would let anybody in who reads it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    # A keyed hash of the address and of what is confirmed, so that nobody who asks again has two mails on their way.
    recipient = models.CharField(max_length=64, db_index=True)
    # A worker deletes the text once the mail is sent. There is none if another mail went to the address just before.
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=20, choices=MailState, default=MailState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    tried_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="outgoing_mail_due", condition=models.Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose or 'notice'}, {self.state}"
