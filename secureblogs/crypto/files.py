"""A file under its key: C2SP chunked-encryption (c2sp.org/chunked-encryption), instance Cobblestone-256.

Salt and commitment come first, then chunks of 16 KiB, each authenticated in its place. The last one is shorter than the
others, so that nothing can be cut off or added without notice.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from .errors import CannotOpen
from .padding import SMALLEST, padme

FILE_KEY_SIZE = 32
CHUNK_SIZE = 16 * 1024
HEADER_SIZE = 56
TAG_SIZE = 16
# So much is read at once: as many chunks as make a part on its way to the server.
PIECE_SIZE = 1024 * 1024


def new_file_key() -> bytes:
    """32 random bytes, to be used for one file."""
    return Cobblestone256Encryptor.generate_key()


def sealed_size(size: int) -> int:
    """How long a file of this size is once it is sealed: one of few lengths."""
    padded = _padded(size)
    return HEADER_SIZE + padded + TAG_SIZE * (padded // CHUNK_SIZE + 1)


def seal_file(pieces: Iterable[bytes], *, size: int, file_key: bytes, file_context: bytes) -> Iterator[bytes]:
    """The ciphertext of `size` bytes, piece by piece, bound to its place; ValueError if there are more or fewer."""
    encryptor = Cobblestone256Encryptor(file_key, context=file_context)
    left = size
    for piece in pieces:
        left -= len(piece)
        yield encryptor.update(piece)
    if left:
        raise ValueError("The file is not of the size that was announced.")
    yield encryptor.update(bytes(_padded(size) - size)) + encryptor.finalize()


def open_file(
    sealed: BinaryIO, *, size: int, digest: bytes, file_key: bytes, file_context: bytes
) -> Iterator[bytes]:
    """The `size` bytes that `seal_file` sealed, piece by piece; CannotOpen if anything at all differs.

    The ciphertext is read twice. Its digest, which the author signed, is compared before the first piece is out: any
    reader who has the key could have sealed other bytes under it, and the commitment would fit.
    """
    is_long = sealed.seek(0, os.SEEK_END) == sealed_size(size)
    if not (is_long and hmac.compare_digest(digest_of(sealed), digest)):
        raise CannotOpen
    return _without_padding(open_chunks(sealed, file_key=file_key, file_context=file_context), size)


def digest_of(sealed: BinaryIO) -> bytes:
    """SHA-256 of all of a file."""
    hashed = hashlib.sha256()
    sealed.seek(0)
    while piece := sealed.read(PIECE_SIZE):
        hashed.update(piece)
    return hashed.digest()


def open_chunks(sealed: BinaryIO, *, file_key: bytes, file_context: bytes) -> Iterator[bytes]:
    """What is in the chunks, padding included, as the standard has it; CannotOpen at the first that does not belong."""
    sealed.seek(0)
    try:
        decryptor = Cobblestone256Decryptor(file_key, context=file_context)
        while piece := sealed.read(PIECE_SIZE):
            yield decryptor.update(piece)
        yield decryptor.finalize()
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _without_padding(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    left = size
    for piece in pieces:
        if any(piece[left:]):
            raise CannotOpen
        yield piece[:left]
        left -= min(left, len(piece))


def _padded(size: int) -> int:
    return max(SMALLEST, padme(size))
