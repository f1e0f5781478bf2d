"""Text that people paste as a public key, and whether a page may show it again."""

import base64
import re

from secureblogs.crypto.pem import MAX_PEM, plain_pem

# The shortest private key that is used here, the 32 bytes of an X-Wing seed, takes 43 characters.
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_=-]{40}")
_PUBLIC = re.compile(r"\s*-----BEGIN PUBLIC KEY-----\s*([A-Za-z0-9+/]{16})")
_SEQUENCE = 0x30


def may_be_shown_again(text: str) -> bool:
    """Whether the text certainly holds no private key; a page never gives one back, not even to its owner."""
    if len(text) > MAX_PEM:
        # It is no public key, and reading it takes a process long.
        return False
    text = plain_pem(text)
    if "private" in text.lower() or "secret" in text.lower():
        return False
    return not _LONG_RUN.search(text) or _begins_as_public_key(text)


def _begins_as_public_key(text: str) -> bool:
    if text.count("-----BEGIN") != 1 or not (begin := _PUBLIC.match(text)):
        return False
    der = base64.b64decode(begin[1])
    # A public key is a SEQUENCE that begins with a SEQUENCE; a private key in any form begins with a number.
    length_bytes = der[1] & 0x7F if der[1] & 0x80 else 0
    return der[0] == _SEQUENCE and length_bytes <= 4 and der[2 + length_bytes] == _SEQUENCE
