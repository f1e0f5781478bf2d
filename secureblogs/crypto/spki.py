"""What a SubjectPublicKeyInfo (RFC 5280) holds, and whether it is a key that is accepted here."""

import math

from . import rsa_oaep, x_wing
from .der import BIT_STRING, INTEGER, NULL, OBJECT_IDENTIFIER, SEQUENCE, contents, elements, unsigned
from .errors import UnacceptableKey

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
_X25519_PRIME = 2**255 - 19
# A modulus with a factor below 752 fails the partial validation of NIST SP 800-89, section 5.3.3.
_SMALL_PRIMES = math.prod(n for n in range(2, 752) if all(n % d for d in range(2, math.isqrt(n) + 1)))


def check_spki(spki: bytes) -> str:
    """The algorithm of a key in canonical DER; UnacceptableKey for every other kind, size and encoding."""
    oid, parameters, key = _read_spki(spki)
    if oid == _X_WING_OID:
        if not spki.startswith(x_wing.SPKI_PREFIX) or len(key) != x_wing.PUBLIC_SIZE:
            raise UnacceptableKey("x-wing-form")
        # X25519 (RFC 7748) takes such a number for a smaller one: one key would have several fingerprints.
        if int.from_bytes(key[-32:], "little") >= _X25519_PRIME:
            raise UnacceptableKey("x-wing-form")
        return x_wing.ALGORITHM
    if oid == _RSA_OID:
        if parameters != [(NULL, b"")]:
            raise UnacceptableKey("not-canonical")
        _check_rsa(key)
        return rsa_oaep.ALGORITHM
    if kind := _OTHER_KINDS.get(oid.hex()):
        raise UnacceptableKey("other-kind", kind=kind)
    raise UnacceptableKey("unknown-kind")


def _read_spki(spki: bytes) -> tuple[bytes, list[tuple[int, bytes]], bytes]:
    """Algorithm identifier, its parameters, and the key in the bit string."""
    [body] = contents(spki, SEQUENCE)
    identifier, bits = contents(body, SEQUENCE, BIT_STRING)
    (tag, oid), *parameters = elements(identifier) or [(NULL, b"")]
    # The first byte counts unused bits: a key is whole bytes.
    if tag != OBJECT_IDENTIFIER or bits[:1] != b"\0":
        raise UnacceptableKey("not-der")
    return oid, parameters, bits[1:]


def _check_rsa(key: bytes) -> None:
    [body] = contents(key, SEQUENCE)
    modulus, exponent = contents(body, INTEGER, INTEGER)
    _check_numbers(unsigned(modulus), unsigned(exponent))


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
