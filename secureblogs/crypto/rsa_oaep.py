"""Keys of the kind `rsa-oaep-256`: RSA-OAEP (RFC 8017) with SHA-256 for hash and MGF1, context as label."""

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from .errors import CannotOpen, UnacceptableKey

ALGORITHM = "rsa-oaep-256"
SMALLEST = 3072  # bits: 128-bit strength, NIST SP 800-57
LARGEST = 4096
EXPONENT = 65537
_HASH = SHA256()
_MGF = MGF1(_HASH)


class RsaRecipient:
    """A public key, loaded from its SubjectPublicKeyInfo; UnacceptableKey if it is none."""

    algorithm = ALGORITHM

    def __init__(self, spki: bytes) -> None:
        try:
            key = load_der_public_key(spki)
        except (ValueError, UnsupportedAlgorithm):
            raise UnacceptableKey("broken") from None
        if not isinstance(key, RSAPublicKey):
            raise UnacceptableKey("broken")
        self._key = key
        self.wrapped_size = (key.key_size + 7) // 8

    def encrypt(self, plaintext: bytes, *, context: bytes) -> bytes:
        """As many bytes as the modulus has; UnacceptableKey for a modulus that can't be calculated with."""
        try:
            return self._key.encrypt(plaintext, _oaep(context))
        except (ValueError, InternalError):
            raise UnacceptableKey("broken") from None


class RsaPrivateKey:
    """A private key, loaded from its PKCS#8; UnacceptableKey if it is none that is used here."""

    algorithm = ALGORITHM

    def __init__(self, pkcs8: bytes) -> None:
        try:
            key = load_der_private_key(pkcs8, None)
        except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
            raise UnacceptableKey("private-kind") from None
        if not isinstance(key, RSAPrivateKey):
            raise UnacceptableKey("private-kind")
        exponent = key.public_key().public_numbers().e
        if not SMALLEST <= key.key_size <= LARGEST or exponent != EXPONENT:
            raise UnacceptableKey("private-kind")
        self._key = key
        self.pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def decrypt(self, ciphertext: bytes, *, context: bytes) -> bytes:
        """What was encrypted to this key in this context; CannotOpen otherwise."""
        try:
            return self._key.decrypt(ciphertext, _oaep(context))
        except (ValueError, InternalError):
            raise CannotOpen from None


def _oaep(label: bytes) -> OAEP:
    return OAEP(mgf=_MGF, algorithm=_HASH, label=label)
