from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.public_key import person_mark
from groups.models.membership import oldest_key


class KeptOutQuerySet(models.QuerySet["KeptOut"]):
    def with_mark(self) -> Self:
        """Each person with the fingerprint of their oldest key, `key_mark`; empty without one."""
        return self.annotate(key_mark=oldest_key())


class KeptOut(models.Model):
    """Somebody who was removed from a group, and joins it by no link and no button until they are let back in."""

    group = models.ForeignKey(
        "groups.Group", models.CASCADE, related_name="kept_out", verbose_name=_("group")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    since = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    # Set by KeptOutQuerySet.with_mark.
    key_mark: str

    objects = KeptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("person kept out")
        verbose_name_plural = _("people kept out")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="kept_out_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.group}"

    @property
    def mark(self) -> str:
        return person_mark(self.user, self.key_mark)
