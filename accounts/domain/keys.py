"""Public keys of people: adding one, revoking one."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.domain import locks
from accounts.models import PublicKey, User
from accounts.signals import key_found_unusable, key_revoked
from secureblogs import live
from secureblogs.composed import ComposedQuery, Question
from secureblogs.crypto import public_keys

# Every post is encrypted for each of them: nobody may make that dear for everybody else.
MOST_ACTIVE = 100


class AlreadyAdded(Exception):
    """The user has this key already, active or revoked; a revoked one never comes back."""

    def __init__(self, public_key: PublicKey) -> None:
        super().__init__("The user has this key already.")
        self.public_key = public_key


class TooMany(Exception):
    """The user has as many active keys as one may have."""


def has_active(user: User) -> bool:
    """Whether anything can be encrypted for the user at all; one cheap query."""
    return all_active(user).count() > 0


def all_active(user: User) -> Question:
    """The user's active keys, to be counted."""
    return _ACTIVE.about(user)


_ACTIVE = ComposedQuery(lambda user: PublicKey.objects.active().filter(user=user).values_list("pk"), User)


def add(user: User, *, public_key: public_keys.PublicKey, label: str = "") -> PublicKey:
    """Add a key that `read_public_key` accepted. AlreadyAdded if the user has it, TooMany past the limit."""
    fingerprint = public_key.fingerprint.hex()
    try:
        with transaction.atomic():
            # Of two keys added at once the second is counted with the first.
            locks.lock_people(user)
            added = PublicKey.objects.create(
                user=user,
                label=label,
                algorithm=public_key.algorithm,
                der=public_key.der,
                fingerprint=fingerprint,
            )
            if PublicKey.objects.active().filter(user=user).count() > MOST_ACTIVE:
                raise TooMany
            return added
    except IntegrityError:
        raise AlreadyAdded(PublicKey.objects.get(user=user, fingerprint=fingerprint)) from None


@transaction.atomic
def revoke(public_key: PublicKey) -> None:
    """Nothing is wrapped for the key any more, and what was is deleted. Harmless twice."""
    # Nobody leaves a group meanwhile, which deletes the same wrapped keys in another order.
    locks.lock_people(public_key.user)
    # The exclusive lock: whoever is wrapping for this key holds it shared and finishes first.
    held = PublicKey.objects.select_for_update().get(pk=public_key.pk)
    if held.revoked_at is None:
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at"])
        key_revoked.send(sender=PublicKey, public_key=held)
        live.tell(live.user_channel(held.user), "key.revoked", fingerprint=held.fingerprint)


@transaction.atomic
def mark_unusable(public_key_id: int) -> None:
    """Wrapping for this key failed: it is skipped from now on, and its owner's page of keys says so. Harmless twice."""
    public_key = PublicKey.objects.select_related("user").filter(pk=public_key_id, unusable_at=None).first()
    if public_key is None:
        return
    locks.lock_people(public_key.user)
    # The same lock as for a revocation. What was wrapped for it earlier is kept: it may be the wrapping that is broken.
    held = PublicKey.objects.select_for_update().get(pk=public_key_id)
    if held.is_active:
        held.unusable_at = timezone.now()
        held.save(update_fields=["unusable_at"])
        key_found_unusable.send(sender=PublicKey, public_key=held)
