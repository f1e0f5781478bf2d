import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models.user import User


class OpenSession(models.Model):
    """What its person is told of a session. The session is Django's row, under the same hash of its key."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="open_sessions")
    # A hash, as in secureblogs.http.sessions: nobody goes on in a session by it.
    key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=50)
    # An address of IPv4 or IPv6, as far as the proxies tell it.
    address = models.CharField(max_length=45)
    started_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.device
