from django.conf import settings
from django.db import models


class RequestNotice(models.Model):
    """Whether the site tells an author by email of requests that wait. An author without a row has the defaults."""

    author = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="request_notice"
    )
    wanted = models.BooleanField(default=True)
    # The author has seen in the list of requests what was asked until then.
    seen_at = models.DateTimeField(null=True)
    # When a worker last tried to send a message: it tries at most once an hour, whatever becomes of it.
    tried_at = models.DateTimeField(null=True)
    # When a message got through: the author has been told of what was asked before that.
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.author_id)
