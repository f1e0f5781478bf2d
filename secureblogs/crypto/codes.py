"""Secrets that people type: Crockford's base32, in groups of four letters, most significant bit first."""

import hashlib
import re
import unicodedata

from .admissions import CODE_SIZE
from .contexts import context
from .errors import InvalidCode
from .recovery_keys import SECRET_SIZE

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN = re.compile("[ \t\r\n\u2010-\u2015\u2212-]+")
_CHECKSUM_BITS = 12


def encode_recovery(secret: bytes) -> str:
    """A recovery code's 16 bytes and 12 bits of checksum: seven groups."""
    value = int.from_bytes(secret, "big") << _CHECKSUM_BITS | _checksum(secret)
    return _encode(value, length=28)


def decode_recovery(text: str) -> bytes:
    """The 16 bytes of a recovery code as somebody typed it; InvalidCode says what is wrong."""
    value = _decode(text, length=28)
    secret = (value >> _CHECKSUM_BITS).to_bytes(SECRET_SIZE, "big")
    if value & (1 << _CHECKSUM_BITS) - 1 != _checksum(secret):
        raise InvalidCode("checksum")
    return secret


def encode_admission(code: bytes) -> str:
    """An admission's 10 bytes: four groups."""
    return _encode(int.from_bytes(code, "big"), length=16)


def decode_admission(text: str) -> bytes:
    """The 10 bytes of an admission's code as somebody typed it; InvalidCode says what is wrong."""
    return _decode(text, length=16).to_bytes(CODE_SIZE, "big")


def _encode(value: int, *, length: int) -> str:
    letters = "".join(LETTERS[value >> 5 * place & 31] for place in reversed(range(length)))
    return "-".join(letters[start : start + 4] for start in range(0, length, 4))


def _decode(text: str, *, length: int) -> int:
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKES)
    if not set(plain) <= set(LETTERS):
        raise InvalidCode("letters")
    if len(plain) != length:
        raise InvalidCode("length")
    value = 0
    for letter in plain:
        value = value << 5 | LETTERS.index(letter)
    return value


def _checksum(secret: bytes) -> int:
    digest = hashlib.sha256(context("recovery-checksum", secret)).digest()
    return int.from_bytes(digest[:2], "big") >> 16 - _CHECKSUM_BITS
