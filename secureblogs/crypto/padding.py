"""Padmé padding ("Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019): a
stored length tells only its bucket, at most 12 % above what was written."""

from .errors import CannotOpen

SMALLEST = 1024
_MARK = 0x80


def padme(length: int) -> int:
    """The length rounded up so that its binary form ends in zeros: E - S of them, E and S as in the paper."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    low = (1 << (exponent - kept)) - 1
    return (length + low) & ~low


def pad(document: bytes) -> bytes:
    """The document, one 0x80, and zeros up to its bucket."""
    marked = len(document) + 1
    return document + bytes((_MARK,)) + bytes(_bucket(marked) - marked)


def unpad(padded: bytes) -> bytes:
    """What `pad` padded; CannotOpen unless this is exactly what `pad` would have made of it."""
    marked = len(padded.rstrip(b"\0"))
    if marked == 0 or padded[marked - 1] != _MARK or len(padded) != _bucket(marked):
        raise CannotOpen
    return padded[: marked - 1]


def _bucket(marked: int) -> int:
    return max(SMALLEST, padme(marked))
