"""Keys of the kind `x-wing`: HPKE (RFC 9180) base mode, single shot, with X-Wing (ML-KEM-768 and X25519)."""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from .errors import CannotOpen, UnacceptableKey

ALGORITHM = "x-wing"
# OID 1.3.6.1.4.1.62253.25722, no parameters. Lengths never vary, so all that stands before the key is fixed.
SPKI_PREFIX = bytes.fromhex("308204d4300d060b2b0601040183e62d81c87a038204c100")
PKCS8_PREFIX = bytes.fromhex("3034020100300d060b2b0601040183e62d81c87a0420")
PUBLIC_SIZE = 1216
SEED_SIZE = 32
OVERHEAD = 1120 + 16  # `enc` before the ciphertext, the tag after it
_ML_KEM_SIZE = 1184
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class XWingRecipient:
    """A public key, loaded from its 1,216 raw bytes; UnacceptableKey if they are none."""

    algorithm = ALGORITHM
    wrapped_size = OVERHEAD + 32

    def __init__(self, raw: bytes) -> None:
        try:
            self._key = hpke.MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(raw[:_ML_KEM_SIZE]),
                X25519PublicKey.from_public_bytes(raw[_ML_KEM_SIZE:]),
            )
        except ValueError:
            raise UnacceptableKey("broken") from None

    def encrypt(self, plaintext: bytes, *, context: bytes) -> bytes:
        """`enc` and ciphertext; UnacceptableKey for an X25519 part of low order, which shows only here."""
        try:
            return _SUITE.encrypt(plaintext, self._key, info=context)
        except ValueError:
            raise UnacceptableKey("broken") from None


class XWingPrivateKey:
    """A private key, which is a seed of 32 bytes."""

    algorithm = ALGORITHM

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(96)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = hpke.MLKEM768X25519PrivateKey(ml_kem, x25519)
        self.pkcs8 = PKCS8_PREFIX + seed
        self.spki = (
            SPKI_PREFIX + ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    def decrypt(self, ciphertext: bytes, *, context: bytes) -> bytes:
        """What was encrypted to this key in this context; CannotOpen otherwise."""
        try:
            return _SUITE.decrypt(ciphertext, self._key, info=context)
        except (InvalidTag, ValueError):
            raise CannotOpen from None
