"""Public keys as people upload them (PEM SubjectPublicKeyInfo) and as a worker loads them."""

import hashlib
import math
from dataclasses import dataclass

from . import der, rsa_oaep, x_wing
from .errors import UnacceptableKey
from .pem import decode_pem, encode_pem
from .rsa_oaep import RsaRecipient
from .x_wing import XWingRecipient

Recipient = XWingRecipient | RsaRecipient

_X_WING_OID = bytes.fromhex("2b0601040183e62d81c87a")
_RSA_OID = bytes.fromhex("2a864886f70d010101")
_OTHER_KINDS = {
    "2a8648ce3d0201": "EC",
    "2b656e": "X25519",
    "2b656f": "X448",
    "2b6570": "Ed25519",
    "2b6571": "Ed448",
    "2a864886f70d01010a": "RSA-PSS",
    "2a864886f70d010107": "RSA-OAEP",
    "2a8648ce380401": "DSA",
    "2a864886f70d010301": "DH",
    "2a8648ce3e0201": "X9.42 DH",
    "608648016503040401": "ML-KEM-512",
    "608648016503040402": "ML-KEM-768",
    "608648016503040403": "ML-KEM-1024",
    "608648016503040311": "ML-DSA-44",
    "608648016503040312": "ML-DSA-65",
    "608648016503040313": "ML-DSA-87",
}
# A modulus with a factor below 752 fails the partial validation of NIST SP 800-89, section 5.3.3.
_SMALL_PRIMES = math.prod(n for n in range(2, 752) if all(n % d for d in range(2, math.isqrt(n) + 1)))


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
    algorithm = _check_kind(spki)
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
    text = pem.decode("utf-8", "replace") if isinstance(pem, bytes) else pem
    lower = text.strip(" \t\r\n").lower()
    if not lower:
        raise UnacceptableKey("empty")
    # First of all: whoever pastes a private key by mistake must be told exactly that.
    if any(mark in lower for mark in ("private key", "age-secret-key", "putty-user-key")):
        raise UnacceptableKey("private-key")
    if lower.startswith(("ssh-", "ecdsa-sha2-", "sk-", "---- begin ssh2")):
        raise UnacceptableKey("ssh-key")
    label, spki = decode_pem(text)
    if label != "PUBLIC KEY":
        raise UnacceptableKey("other-label", label=label)
    return spki


def _check_kind(spki: bytes) -> str:
    oid, parameters, key = _read_spki(spki)
    if oid == _X_WING_OID:
        if not spki.startswith(x_wing.SPKI_PREFIX) or len(key) != x_wing.PUBLIC_SIZE:
            raise UnacceptableKey("x-wing-form")
        return x_wing.ALGORITHM
    if oid == _RSA_OID:
        if parameters != [(der.NULL, b"")]:
            raise UnacceptableKey("not-canonical")
        _check_rsa(key)
        return rsa_oaep.ALGORITHM
    if kind := _OTHER_KINDS.get(oid.hex()):
        raise UnacceptableKey("other-kind", kind=kind)
    raise UnacceptableKey("unknown-kind")


def _read_spki(spki: bytes) -> tuple[bytes, list[tuple[int, bytes]], bytes]:
    """Algorithm identifier, its parameters, and the key in the bit string."""
    match der.elements(spki):
        case [(der.SEQUENCE, body)]:
            match der.elements(body):
                case [(der.SEQUENCE, identifier), (der.BIT_STRING, bits)] if bits[:1] == b"\0":
                    match der.elements(identifier):
                        case [(der.OBJECT_IDENTIFIER, oid), *parameters]:
                            return oid, parameters, bits[1:]
    raise UnacceptableKey("not-der")


def _check_rsa(key: bytes) -> None:
    match der.elements(key):
        case [(der.SEQUENCE, body)]:
            match der.elements(body):
                case [(der.INTEGER, n), (der.INTEGER, e)]:
                    return _check_numbers(der.unsigned(n), der.unsigned(e))
    raise UnacceptableKey("not-der")


def _check_numbers(modulus: int, exponent: int) -> None:
    bits = modulus.bit_length()
    if bits < rsa_oaep.SMALLEST:
        raise UnacceptableKey("rsa-too-small", bits=bits)
    if bits > rsa_oaep.LARGEST:
        raise UnacceptableKey("rsa-too-large", bits=bits)
    if exponent != rsa_oaep.EXPONENT:
        raise UnacceptableKey("rsa-exponent")
    if math.gcd(modulus, _SMALL_PRIMES) != 1:
        raise UnacceptableKey("broken")
