"""Public keys of people: adding one, revoking one."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.domain import account_notices, locks
from accounts.domain.quotas import Quota
from accounts.keys import vouching
from accounts.models import AccountKey, Kind, PublicKey, User
from accounts.signals import key_found_unusable, key_revoked
from secureblogs import live
from secureblogs.crypto import public_keys
from secureblogs.queries.bound import BoundQuery
from secureblogs.queries.compiled import CompiledQuery

# A person has at most so many active keys, the account's among them, whatever QUOTA_OWN_KEYS says: an author who grants
# them a post wraps its key for each.
MOST_ACTIVE = 100


class AlreadyAdded(Exception):
    """The user has this key already, active or revoked; a revoked one never comes back."""

    def __init__(self, public_key: PublicKey) -> None:
        super().__init__("The user has this key already.")
        self.public_key = public_key


class HoldsSeed(Exception):
    """The key is that of a device or a recovery code of the user: nothing but the account's seed is sealed to one."""


class NotSigned(Exception):
    """The user has an account key, and its newest generation did not sign this key with its label."""


def _own_of(user: User) -> int:
    return PublicKey.objects.active_of(user).filter(kind=Kind.OWN).count()


def _few_left(used: int, most: int) -> str:
    return ngettext(
        "You have %(used)d of the %(most)d key of their own that one person may have.",
        "You have %(used)d of the %(most)d keys of their own that one person may have.",
        most,
    ) % {"used": used, "most": most}


def _none_left(most: int, wait: str) -> str:
    return ngettext(
        "You have %(most)d key of your own, and more are not possible. Revoke it if you no longer use it.",
        "You have %(most)d keys of your own, and more are not possible. Revoke one that you no longer use.",
        most,
    ) % {"most": most}


# Workers encrypt every post for each of a member's keys: nobody may make that dear for everybody else.
OWN_KEYS = Quota("QUOTA_OWN_KEYS", _own_of, _few_left, _none_left)


def has_active(user: User) -> bool:
    """Whether workers can encrypt anything for the user at all."""
    return PublicKey.objects.active_of(user).exists()


def all_active(user: User) -> BoundQuery:
    """The user's active keys, to be counted."""
    return _ACTIVE.bind(user)


# A group's front page counts them: 0.7 ms of processor time are 0.1 when the query is compiled.
_ACTIVE = CompiledQuery(lambda user: PublicKey.objects.active_of(user).values_list("pk"), User)


def add(
    user: User,
    *,
    public_key: public_keys.PublicKey,
    label: str = "",
    session_key: str = "",
    signature: bytes | None = None,
) -> PublicKey:
    """Add a key that `read_public_key` accepted. AlreadyAdded if the user has it, HoldsSeed, QuotaMet.

    Who has an account key signs the own key by the newest generation of it, label included: NotSigned otherwise.
    Its owner is told by mail, and in the tabs of all sessions but this one.
    """
    fingerprint = public_key.fingerprint.hex()
    try:
        with transaction.atomic():
            # The lock makes the second of two keys that are added at once wait, and count the first one.
            locks.lock_people(user)
            if holds_seed(user, fingerprint):
                raise HoldsSeed
            generation = _check_signature(user, fingerprint, label, signature)
            room = OWN_KEYS.status(user)
            added = PublicKey.objects.create(
                user=user,
                label=label,
                algorithm=public_key.algorithm,
                der=public_key.der,
                fingerprint=fingerprint,
                signature=signature if generation else None,
                generation=generation,
            )
            # A key that is there already is not one more.
            if room.is_met:
                raise room.refusal()
            account_notices.tell_of_added(added)
            live.publish(live.user_channel(user), "key.added", but=session_key, fingerprint=fingerprint)
            return added
    except IntegrityError:
        raise AlreadyAdded(PublicKey.objects.get(user=user, fingerprint=fingerprint)) from None


def holds_seed(user: User, fingerprint: str) -> bool:
    """Whether this is the key of a device, also of one that was removed, or of a recovery code."""
    holders = (
        user.devices.filter(fingerprint=fingerprint),
        user.recovery_codes.filter(fingerprint=fingerprint),
    )
    return any(each.exists() for each in holders)


def _check_signature(user: User, fingerprint: str, label: str, signature: bytes | None) -> int | None:
    """The generation that signed the key; None for somebody without an account key. NotSigned."""
    newest = AccountKey.objects.newest_of(user)
    if newest is None:
        return None
    is_signed = vouching.is_signed(
        signature,
        fingerprint=fingerprint,
        label=label,
        generation=newest.generation,
        signer=newest.signing_key,
        user=user.uid,
    )
    if not is_signed:
        raise NotSigned
    return newest.generation


@transaction.atomic
def revoke(public_key: PublicKey) -> None:
    """End a key: workers wrap nothing for it any more, and what was wrapped is deleted. Its owner is told.

    Harmless twice.
    """
    if end(public_key):
        account_notices.tell_of_revoked(public_key)


@transaction.atomic
def end(public_key: PublicKey) -> bool:
    """The same without a mail, for an account that ends as a whole; whether the key had not ended before."""
    # The lock keeps the owner in their groups: leaving one deletes the same wrapped keys in another order.
    locks.lock_people(public_key.user)
    # The exclusive lock: a worker or an author who wraps for this key holds it shared and finishes first.
    held = PublicKey.objects.select_for_update().get(pk=public_key.pk)
    if held.revoked_at is not None:
        return False
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    key_revoked.send(sender=PublicKey, public_key=held)
    live.publish(live.user_channel(held.user), "key.revoked", fingerprint=held.fingerprint)
    return True


@transaction.atomic
def mark_unusable(public_key_id: int) -> None:
    """Mark a key for which wrapping failed: workers skip it, and its owner's page says so. Harmless twice."""
    public_key = PublicKey.objects.select_related("user").filter(pk=public_key_id, unusable_at=None).first()
    if public_key is None:
        return
    locks.lock_people(public_key.user)
    # The same lock as for a revocation. What was wrapped earlier stays: the wrapping may be at fault, not the key.
    held = PublicKey.objects.select_for_update().get(pk=public_key_id)
    if held.is_active:
        held.unusable_at = timezone.now()
        held.save(update_fields=["unusable_at"])
        key_found_unusable.send(sender=PublicKey, public_key=held)
