import hashlib
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def hash_of_token(token: str) -> str:
    """The hash that the database stores of a token. A token is random and long, so it needs no slower one."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self) -> Self:
        """Invitations that let somebody in right now."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def with_token(self, token: str) -> Self:
        """The invitation behind a link, if there is one."""
        return self.filter(token_hash=hash_of_token(token))

    def revoke(self) -> int:
        """End them all, and return how many had not ended before."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class Invitation(models.Model):
    """A link that lets its holder join; the database has only the hash of its token."""

    group = models.ForeignKey(
        "groups.Group", models.CASCADE, related_name="invitations", verbose_name=_("group")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("created by")
    )
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.group}, {self.created_at:%Y-%m-%d}"
