"""Bytes as JSON has them: base64 and hex in their one form, so that no two texts say the same."""

import base64


def from_base64(value: object) -> bytes:
    """The bytes of canonical base64: standard letters, padded, no stray bits; ValueError otherwise."""
    # Decoding alone forgives stray bits in the last character.
    data = base64.b64decode(value, validate=True) if isinstance(value, str) else None
    if data is None or to_base64(data) != value:
        raise ValueError("This is not base64.")
    return data


def to_base64(data: bytes | memoryview) -> str:
    """The same as text."""
    return base64.b64encode(data).decode()


def from_hex(value: object) -> bytes:
    """The bytes of lower-case hex; ValueError otherwise."""
    data = bytes.fromhex(value) if isinstance(value, str) else None
    if data is None or data.hex() != value:
        raise ValueError("This is not lower-case hex.")
    return data
