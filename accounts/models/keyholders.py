from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models.public_key import Kind, PublicKey
from accounts.models.user import User
from secureblogs.crypto import public_keys
from secureblogs.crypto.x_wing import ALGORITHM


class Keyholders(models.Model):
    """The newest list of who holds a person's account seed, signed; its number never falls."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="keyholders")
    generation = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    # Ascending by fingerprint: kind, fingerprint and name of each.
    holders = ArrayField(ArrayField(models.TextField(), size=3), default=list)
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.user_id}/{self.number}"


class Holder(models.Model):
    """What devices and recovery codes have in common: an X-Wing key that nothing but a seed is ever sealed to."""

    der = models.BinaryField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.fingerprint

    @property
    def pem(self) -> str:
        return public_keys.PublicKey(ALGORITHM, bytes(self.der)).pem


class DeviceQuerySet(models.QuerySet["Device"]):
    def listed(self) -> Self:
        """Those that are on their person's list now."""
        return self.filter(removed_at=None)


class Device(Holder):
    """A browser that holds the account's seed, or once did. No post is ever wrapped for it: this is no PublicKey."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=50)
    added_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    # A keyed hash of the session in which it was last used right after a log-in: that one may take it off the list.
    session = models.CharField(max_length=80, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="device_unique")]


class RecoveryCode(Holder):
    """The public halves of a code on paper, with its endorsement of the account key that it was made for."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    signing_key = models.BinaryField()
    generation = models.PositiveIntegerField()
    account_fingerprint = models.CharField(max_length=64)
    account_signing_key = models.BinaryField()
    endorsement = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="recovery_code_unique")]


class SealedSeedQuerySet(models.QuerySet["SealedSeed"]):
    def links_of(self, user: User | models.OuterRef) -> Self:
        """The boxes that lead from a person's older account keys to the next ones; they belong to no keyholder."""
        account_keys = PublicKey.objects.filter(kind=Kind.ACCOUNT, user=models.OuterRef("user"))
        is_link = models.Exists(account_keys.filter(fingerprint=models.OuterRef("recipient")))
        return self.filter(is_link, user=user)


class SealedSeed(models.Model):
    """The account seed of one generation, sealed for a device, a recovery code or the next account key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sealed_seeds")
    generation = models.PositiveIntegerField()
    recipient = models.CharField(max_length=64)
    box = models.BinaryField()

    objects = SealedSeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "generation", "recipient"], name="sealed_seed_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.generation}"
