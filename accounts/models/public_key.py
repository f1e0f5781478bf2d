from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secureblogs.crypto import public_keys


class Algorithm(models.TextChoices):
    """How a content key is wrapped for a public key; the names of docs/envelope.md."""

    X_WING = "x-wing", "X-Wing"
    RSA_OAEP_256 = "rsa-oaep-256", "RSA-OAEP-256"


class PublicKeyQuerySet(models.QuerySet["PublicKey"]):
    def active(self) -> Self:
        """Keys that posts may be wrapped for: not revoked, and not found to be unusable."""
        return self.filter(revoked_at=None, unusable_at=None)


class PublicKey(models.Model):
    """The public half of a key pair; the private half never reaches this server."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="public_keys", verbose_name=_("user")
    )
    label = models.CharField(_("label"), max_length=50, blank=True)
    algorithm = models.CharField(_("algorithm"), max_length=20, choices=Algorithm)
    der = models.BinaryField(_("public key (DER)"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # Set by a worker when wrapping for this key fails although it passed the check at its upload.
    unusable_at = models.DateTimeField(_("found unusable"), null=True, blank=True)

    objects = PublicKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("public key")
        verbose_name_plural = _("public keys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="public_key_unique_per_user"),
        ]

    def __str__(self) -> str:
        return self.label or self.fingerprint[:16]

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None and self.unusable_at is None

    @property
    def pem(self) -> str:
        return public_keys.PublicKey(self.algorithm, bytes(self.der)).pem

    @property
    def fingerprint_groups(self) -> str:
        """The fingerprint in groups of four, as people read it aloud."""
        return " ".join(self.fingerprint[i : i + 4] for i in range(0, 64, 4))
