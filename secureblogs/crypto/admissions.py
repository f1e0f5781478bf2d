"""One typed code lets a new device in: two keys derived from it authenticate both directions by HMAC-SHA256."""

import hmac
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .contexts import context, number

CODE_SIZE = 10
CODE_SECONDS = 10 * 60  # for which each side counts by its own clock


def admission_keys(code: bytes, *, user: UUID, admission: UUID) -> tuple[bytes, bytes]:
    """The keys of the new device's offer and of the old device's answer, 32 bytes each, of the code's 10 bytes."""
    if len(code) != CODE_SIZE:
        raise ValueError("The code of an admission has 10 bytes.")
    info = context("admission", user.bytes, admission.bytes)
    derived = HKDF(SHA256(), length=64, salt=None, info=info).derive(code)
    return derived[:32], derived[32:]


def device_mac(key: bytes, *, user: UUID, admission: UUID, fingerprint: bytes, name: str) -> bytes:
    """What a new device offers: its own fingerprint, and the name that it goes by."""
    place = user.bytes, admission.bytes
    return hmac.digest(key, context("admission-device", *place, fingerprint, name.encode()), "sha256")


def account_mac(
    key: bytes,
    *,
    user: UUID,
    admission: UUID,
    generation: int,
    fingerprint: bytes,
    signing_key: bytes,
    list_number: int,
    device: bytes,
) -> bytes:
    """What an old device answers: the account's keys, and the list on which the new device stands."""
    place = user.bytes, admission.bytes, number(generation)
    parts = fingerprint, signing_key, number(list_number), device
    return hmac.digest(key, context("admission-account", *place, *parts), "sha256")
