"""Whether somebody's account key vouches for their own keys: a row alone is no reason to encrypt anything for one."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, Subquery

from accounts.models import AccountKey, PublicKey
from secureblogs.crypto import statements
from secureblogs.crypto.ed25519 import verify
from secureblogs.crypto.errors import UnacceptableKey, WrongSignature


def unvouched(own_keys: Collection[int]) -> set[int]:
    """Those of these own keys, by pk, without a statement of their owner's newest account key.

    Who has no account key, as a program, needs none. The caller holds the keys, so that nobody replaces one meanwhile.
    """
    if not own_keys:
        return set()
    newest = AccountKey.objects.filter(user=OuterRef("user")).order_by("-generation")
    rows = (
        PublicKey.objects.filter(pk__in=own_keys)
        .annotate(
            newest=Subquery(newest.values("generation")[:1]),
            signer=Subquery(newest.values("signing_key")[:1]),
        )
        .exclude(newest=None)
        .values_list("pk", "user__uid", "fingerprint", "label", "generation", "signature", "newest", "signer")
    )
    return {
        pk
        for pk, user, fingerprint, label, generation, signature, number, signer in rows
        if generation != number
        or not is_signed(
            signature, fingerprint=fingerprint, label=label, generation=number, signer=signer, user=user
        )
    }


def is_signed(
    signature: bytes | memoryview | None,
    *,
    fingerprint: str,
    label: str,
    generation: int,
    signer: bytes | memoryview,
    user: UUID,
) -> bool:
    """Whether this account signing key signed the statement of the own key."""
    statement = statements.own_key(
        user=user, generation=generation, fingerprint=bytes.fromhex(fingerprint), label=label
    )
    try:
        verify(bytes(signature or b""), statement, signing_key=bytes(signer))
    except (UnacceptableKey, WrongSignature):
        return False
    return True
