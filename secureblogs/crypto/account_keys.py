"""A person's account key, made of one seed, and the boxes in which devices and recovery codes hold the seed."""

import hmac
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .contexts import context, number
from .ed25519 import SigningKey
from .errors import CannotOpen, WrongKey
from .public_keys import fingerprint as fingerprint_of
from .public_keys import load_public_key
from .x_wing import ALGORITHM, OVERHEAD, XWingPrivateKey

SEED_SIZE = 32
BOX_SIZE = OVERHEAD + SEED_SIZE


class AccountKey:
    """The keys of one generation of one person: for wrapping X-Wing, for signing Ed25519."""

    def __init__(self, seed: bytes, *, user: UUID, generation: int) -> None:
        if len(seed) != SEED_SIZE:
            raise ValueError("An account seed has 32 bytes.")
        self._seed, self.user, self.generation = seed, user, generation
        place = user.bytes, number(generation)
        self.wrapping = XWingPrivateKey(derive(seed, "account-wrapping", *place))
        self.signing = SigningKey(derive(seed, "account-signing", *place))
        self.fingerprint = fingerprint_of(self.wrapping.spki)

    def seal_for(self, recipient: bytes) -> bytes:
        """The seed in a box for the X-Wing public key in this SubjectPublicKeyInfo; UnacceptableKey if it is none."""
        info = _box(self.user, self.generation, self.fingerprint, fingerprint_of(recipient))
        return load_public_key(ALGORITHM, recipient).encrypt(self._seed, context=info)

    def derive(self, purpose: str, *parts: bytes) -> bytes:
        """32 bytes for one purpose and place of this generation."""
        return derive(self._seed, purpose, self.user.bytes, number(self.generation), *parts)


def open_box(
    box: bytes,
    private_key: XWingPrivateKey,
    *,
    user: UUID,
    generation: int,
    fingerprint: bytes,
    signing_key: bytes,
) -> AccountKey:
    """The account key in a box for this private key.

    CannotOpen if the box is for another key or place. WrongKey if the keys in it are not those that a statement names:
    HPKE names no sender, so that anybody could have made the box.
    """
    info = _box(user, generation, fingerprint, fingerprint_of(private_key.spki))
    seed = private_key.decrypt(box, context=info)
    if len(seed) != SEED_SIZE:
        raise CannotOpen
    account_key = AccountKey(seed, user=user, generation=generation)
    is_same = hmac.compare_digest(account_key.fingerprint, fingerprint)
    if not (hmac.compare_digest(account_key.signing.public, signing_key) and is_same):
        raise WrongKey
    return account_key


def derive(secret: bytes, purpose: str, *parts: bytes) -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869) without a salt: the secret is random bytes already."""
    return HKDF(SHA256(), length=32, salt=None, info=context(purpose, *parts)).derive(secret)


def _box(user: UUID, generation: int, fingerprint: bytes, recipient: bytes) -> bytes:
    return context("account-seed", user.bytes, number(generation), fingerprint, recipient)
