"""Where a ciphertext belongs, as bytes it is bound to. Computed from the place, never from the message."""

from uuid import UUID


def context(purpose: str, *parts: bytes) -> bytes:
    """`secureblogs/v1/` and the purpose, a zero byte, each part after its length (4 bytes, big-endian)."""
    if "\0" in purpose:
        raise ValueError("A purpose holds no zero byte: that is where it ends.")
    start = b"secureblogs/v1/" + purpose.encode() + b"\0"
    return start + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def content(*, post: UUID, group: UUID, author: UUID, revision: int) -> bytes:
    """Associated data of a post's content."""
    return context("content", post.bytes, group.bytes, author.bytes, number(revision))


def content_key(*, post: UUID, revision: int) -> bytes:
    """HKDF info under which a content key becomes the encryption key and its commitment."""
    return context("content-key", post.bytes, number(revision))


def wrapped_key(*, post: UUID, revision: int, fingerprint: bytes) -> bytes:
    """HPKE info or RSA-OAEP label of a key wrapped for the public key with this fingerprint."""
    if len(fingerprint) != 32:
        raise ValueError("A fingerprint has 32 bytes.")
    return context("wrapped-key", post.bytes, number(revision), fingerprint)


def draft(*, post: UUID, group: UUID, author: UUID, revision: int) -> bytes:
    """HPKE info of a document on its way to the workers."""
    return context("draft", post.bytes, group.bytes, author.bytes, number(revision))


def waiting_key(*, post: UUID, group: UUID, author: UUID, revision: int) -> bytes:
    """HPKE info of a content key that waits until all its wrapped keys are stored."""
    return context("waiting-key", post.bytes, group.bytes, author.bytes, number(revision))


def file(*, post: UUID, author: UUID, file: UUID) -> bytes:
    """Context of a file's ciphertext. It names no group: a draft may still move to another one."""
    return context("file", post.bytes, author.bytes, file.bytes)


def number(value: int) -> bytes:
    """A revision, a generation or the like as a part: 4 bytes, big-endian."""
    return value.to_bytes(4, "big")
