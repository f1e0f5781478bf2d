"""Signatures of statements: Ed25519 (RFC 8032), with the keys refused under which a signature proves nothing."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import UnacceptableKey, WrongSignature

PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64
_PRIME = 2**255 - 19
# The points of small order, by y: under the identity (y = 1) one signature verifies every message.
_SMALL_ORDER = {
    0,
    1,
    _PRIME - 1,
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
}


class SigningKey:
    """A private key, made of 32 bytes that were derived for it; `public` has 32 bytes, too."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes, always the same for the same message."""
        return self._key.sign(message)


def check_signing_key(raw: bytes) -> None:
    """UnacceptableKey unless these 32 bytes are the one encoding of a point that is not of small order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != PUBLIC_SIZE or y >= _PRIME or y in _SMALL_ORDER:
        raise UnacceptableKey("signing-key")


def verify(signature: bytes, message: bytes, *, signing_key: bytes) -> None:
    """WrongSignature unless the holder of the signing key signed this message; UnacceptableKey for a refused key."""
    check_signing_key(signing_key)
    if len(signature) != SIGNATURE_SIZE:
        raise WrongSignature
    try:
        Ed25519PublicKey.from_public_bytes(signing_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise WrongSignature from None
