import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One action of a moderator on many things, which a worker does one after the other.

    It is made when the page asks, holds what was chosen then, and does nothing before somebody said yes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", verbose_name=_("by")
    )
    # The name of an action in accounts.domain.jobs.
    action = models.CharField(max_length=100, editable=False)
    options = models.JSONField(default=dict, editable=False)
    things = ArrayField(models.BigIntegerField(), editable=False)
    total = models.PositiveIntegerField(_("chosen"), editable=False)
    # How many of the things are done with, and how many of those were left as they are.
    position = models.PositiveIntegerField(_("done"), default=0, editable=False)
    left_alone = models.PositiveIntegerField(_("left as they are"), default=0, editable=False)
    # The first few sentences that say why.
    reasons = ArrayField(models.TextField(), default=list, editable=False)
    # The list, with its filters, that the moderator came from.
    back = models.TextField(editable=False)
    asked_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    hinted_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.action

    @property
    def changed(self) -> int:
        """How many things are not as they were."""
        return self.position - self.left_alone
