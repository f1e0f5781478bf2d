from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from secureblogs.crypto import public_keys


class Algorithm(models.TextChoices):
    """How a content key is wrapped for a public key; the names of docs/envelope.md."""

    X_WING = "x-wing", "X-Wing"
    RSA_OAEP_256 = "rsa-oaep-256", "RSA-OAEP-256"


class Kind(models.TextChoices):
    """Whether a key is held by all devices of its owner (accounts.keys), or kept by the owner in a way of their own."""

    ACCOUNT = "account"
    OWN = "own"


# What `PublicKeyQuerySet.active` asks for, in statements that name the table `key`.
ACTIVE_SQL = "key.revoked_at IS NULL AND key.unusable_at IS NULL AND key.superseded_at IS NULL"


class PublicKeyQuerySet(models.QuerySet["PublicKey"]):
    def active(self) -> Self:
        """Keys that posts may be wrapped for: not revoked, superseded, or found to be unusable."""
        return self.filter(revoked_at=None, unusable_at=None, superseded_at=None)

    def active_of(self, user: User | models.OuterRef) -> Self:
        """The active keys of one person, who may be one of an outer query."""
        return self.active().filter(user=user)

    def opening_of(self, user: User | models.OuterRef) -> Self:
        """The person's keys that open what was wrapped for them: also those that nothing more is wrapped for."""
        return self.filter(user=user, revoked_at=None, unusable_at=None)

    def own_of(self, user: User) -> Self:
        """The keys that the person keeps in a way of their own, and has not revoked."""
        return self.filter(user=user, revoked_at=None, kind=Kind.OWN)


class PublicKey(models.Model):
    """The public half of a key pair; the private half never reaches this server."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="public_keys", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OWN)
    label = models.CharField(_("label"), max_length=50, blank=True)
    algorithm = models.CharField(_("algorithm"), max_length=20, choices=Algorithm)
    der = models.BinaryField(_("public key (DER)"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # A worker sets this when it can't wrap for the key, although the key passed the check at its upload.
    unusable_at = models.DateTimeField(_("found unusable"), null=True, blank=True)
    # An account key that a newer one took the place of, or an own key that the account key did not sign.
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)
    # The newest account key that signed links lead to from here: it is wrapped for in this one's place.
    replaced_by = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    # The owner's statement of an own key, signed by their account key of that generation.
    signature = models.BinaryField(null=True)
    generation = models.PositiveIntegerField(null=True, editable=False)

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
        return self.revoked_at is None and self.unusable_at is None and self.superseded_at is None

    @property
    def pem(self) -> str:
        return public_keys.PublicKey(self.algorithm, bytes(self.der)).pem

    @property
    def fingerprint_groups(self) -> str:
        """The fingerprint in groups of four, as people read it aloud."""
        return in_groups(self.fingerprint)


def in_groups(fingerprint: str) -> str:
    """A fingerprint or its beginning in groups of four hex digits."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def person_mark(user: User, fingerprint: str) -> str:
    """What tells somebody apart from others of the same name: a mark of their key, or of their uid without one."""
    return mark_of(fingerprint or user.uid.hex)


def mark_of(fingerprint: str) -> str:
    """The first four groups of a fingerprint: nobody soon makes a second key that begins with the same."""
    return f"{in_groups(fingerprint[:16])} …" if fingerprint else ""
