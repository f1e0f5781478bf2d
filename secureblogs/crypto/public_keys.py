"""Public keys as people upload them (PEM SubjectPublicKeyInfo) and as a worker loads them."""

import hashlib
from dataclasses import dataclass

from . import rsa_oaep, x_wing
from .errors import UnacceptableKey
from .pem import decode_pem, encode_pem, plain_pem
from .rsa_oaep import RsaRecipient
from .spki import check_spki
from .x_wing import XWingRecipient

Recipient = XWingRecipient | RsaRecipient


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its algorithm and its canonical DER SubjectPublicKeyInfo."""

    algorithm: str
    der: bytes

    @property
    def fingerprint(self) -> bytes:
        return fingerprint(self.der)

    @property
    def pem(self) -> str:
        return encode_pem("PUBLIC KEY", self.der)


def fingerprint(spki: bytes) -> bytes:
    """SHA-256 of a DER SubjectPublicKeyInfo."""
    return hashlib.sha256(spki).digest()


def read_public_key(pem: str | bytes) -> PublicKey:
    """The key in one PEM block, checked through and through; UnacceptableKey says which rule it breaks."""
    spki = _read_pem(pem)
    algorithm = check_spki(spki)
    # Points of low order and broken moduli load without complaint and fail only at the first encryption.
    load_public_key(algorithm, spki).encrypt(bytes(32), context=b"")
    return PublicKey(algorithm, spki)


def load_public_key(algorithm: str, spki: bytes) -> Recipient:
    """A key that `read_public_key` accepted before, ready to encrypt to; does no more than it must."""
    if algorithm == x_wing.ALGORITHM and spki.startswith(x_wing.SPKI_PREFIX):
        return XWingRecipient(spki[len(x_wing.SPKI_PREFIX) :])
    if algorithm == rsa_oaep.ALGORITHM:
        return RsaRecipient(spki)
    raise UnacceptableKey("broken")


def _read_pem(pem: str | bytes) -> bytes:
    text = plain_pem(pem.decode("utf-8", "replace") if isinstance(pem, bytes) else pem)
    lower = text.lower()
    # First of all: whoever pastes a private key by mistake must be told exactly that.
    if any(mark in lower for mark in ("private key", "age-secret-key", "putty-user-key")):
        raise UnacceptableKey("private-key")
    start = lower.lstrip(" \t\r\n")
    if not start:
        raise UnacceptableKey("empty")
    if start.startswith(("ssh-", "ecdsa-sha2-", "sk-", "---- begin ssh2")):
        raise UnacceptableKey("ssh-key")
    label, spki = decode_pem(text)
    if label != "PUBLIC KEY":
        raise UnacceptableKey("other-label", label=label)
    return spki
