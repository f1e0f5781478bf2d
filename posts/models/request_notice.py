from django.conf import settings
from django.db import models


class RequestNotice(models.Model):
    """Whether an author is told by email of requests that wait; having none is as having a new one."""

    author = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="request_notice"
    )
    wanted = models.BooleanField(default=True)
    # What was asked until then has been looked at in the list of requests.
    seen_at = models.DateTimeField(null=True)
    # When a message was last tried: at most one an hour, whatever becomes of it.
    tried_at = models.DateTimeField(null=True)
    # The try that got through: what was asked before that has been told.
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.author_id)
