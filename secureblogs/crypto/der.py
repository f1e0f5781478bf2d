"""The little DER (X.690) that public keys need, strict: one value has one encoding, all else is refused."""

from .errors import UnacceptableKey

INTEGER = 0x02
BIT_STRING = 0x03
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30


def elements(der: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element in a row."""
    found = []
    while der:
        if len(der) < 2:
            raise UnacceptableKey("not-der")
        tag, size, start = der[0], der[1], 2
        if size == 0x80:
            raise UnacceptableKey("not-canonical")  # BER's indefinite length.
        if size > 0x80:
            start += size - 0x80
            size = int.from_bytes(der[2:start], "big")
            if der[2:3] == b"\0" or size < 0x80:
                raise UnacceptableKey("not-canonical")
        if len(der) < start + size:
            raise UnacceptableKey("not-der")
        found.append((tag, der[start : start + size]))
        der = der[start + size :]
    return found


def contents(der: bytes, *tags: int) -> list[bytes]:
    """The contents of a row of elements that has exactly these tags."""
    row = elements(der)
    if [tag for tag, _ in row] != list(tags):
        raise UnacceptableKey("not-der")
    return [content for _, content in row]


def unsigned(content: bytes) -> int:
    """The value of an INTEGER's content, which may be neither negative nor longer than needed."""
    if not content:
        raise UnacceptableKey("not-der")
    if content[0] >= 0x80 or (content[0] == 0 and len(content) > 1 and content[1] < 0x80):
        raise UnacceptableKey("not-canonical")
    return int.from_bytes(content, "big")
