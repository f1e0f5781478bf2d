"""PEM (RFC 7468): exactly one block, white space around it and between its characters, nothing else."""

import base64
import binascii
import re
from itertools import pairwise

from .errors import UnacceptableKey

MAX_PEM = 16 << 10  # characters; an RSA key of 16,384 bits has 3 KiB
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/= \t\r\n]*)-----END \1-----")
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----")
# Editors and pages put these into a key that is copied: marks that nobody sees, and spaces of other kinds.
_MARKS = re.compile("\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_OTHER_SPACES = re.compile("[\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def plain_pem(text: str) -> str:
    """The text with ordinary spaces only, and without a byte order mark."""
    return _OTHER_SPACES.sub(" ", _MARKS.sub("", text))


def encode_pem(label: str, der: bytes) -> str:
    """One block in lines of 64 characters, ending in a line feed."""
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def decode_pem(pem: str) -> tuple[str, bytes]:
    """Label and DER of the one block in the text; UnacceptableKey says what is in the way."""
    if len(pem) > MAX_PEM:
        raise UnacceptableKey("too-long")
    if len(_BEGIN.findall(pem)) > 1:
        raise UnacceptableKey("several-blocks")
    block = _BLOCK.fullmatch(pem.strip(" \t\r\n"))
    if not block:
        raise UnacceptableKey("not-pem")
    label, body = block.groups()
    text = re.sub(r"[ \t\r\n]", "", body)
    try:
        der = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise UnacceptableKey("bad-base64") from None
    # The last character may carry bits that decoding ignores.
    if base64.b64encode(der).decode() != text:
        raise UnacceptableKey("bad-base64")
    return label, der


def pem_blocks(text: str) -> list[str]:
    """Every part of a text that begins like a PEM block, up to the next one."""
    starts = [begin.start() for begin in _BEGIN.finditer(text)]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]
