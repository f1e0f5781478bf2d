"""A post's or a comment's content under its key: HKDF-SHA256 (RFC 5869), AES-256-GCM, and a commitment to the key."""

import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CannotOpen, WrongKey
from .padding import pad, unpad

CONTENT_KEY_SIZE = 32
NONCE_SIZE = 12
COMMITMENT_SIZE = 32


@dataclass(frozen=True, slots=True)
class SealedContent:
    """What is stored of a post or a comment: 12 bytes of nonce, ciphertext with its tag, 32 bytes of key commitment."""

    nonce: bytes
    ciphertext: bytes
    key_commitment: bytes


def new_content_key() -> bytes:
    """32 random bytes, to be used for one revision of one post."""
    return os.urandom(CONTENT_KEY_SIZE)


def seal_content(
    document: bytes, *, content_key: bytes, content_context: bytes, key_context: bytes
) -> SealedContent:
    """The padded document under the content key, bound to both contexts."""
    encryption_key, key_commitment = _derive(content_key, key_context)
    nonce = os.urandom(NONCE_SIZE)
    ciphertext = AESGCM(encryption_key).encrypt(nonce, pad(document), content_context)
    return SealedContent(nonce, ciphertext, key_commitment)


def open_content(
    sealed: SealedContent, *, content_key: bytes, content_context: bytes, key_context: bytes
) -> bytes:
    """The document that `seal_content` sealed; WrongKey if the key differs, CannotOpen for all else."""
    encryption_key = _check(sealed.key_commitment, content_key, key_context)
    if len(sealed.nonce) != NONCE_SIZE:
        raise CannotOpen
    try:
        padded = AESGCM(encryption_key).decrypt(sealed.nonce, sealed.ciphertext, content_context)
    except (InvalidTag, ValueError, OverflowError):
        raise CannotOpen from None
    return unpad(padded)


def check_commitment(key_commitment: bytes, *, content_key: bytes, key_context: bytes) -> None:
    """WrongKey unless the content with this commitment was sealed with this content key."""
    _check(key_commitment, content_key, key_context)


def _check(key_commitment: bytes, content_key: bytes, key_context: bytes) -> bytes:
    if len(content_key) != CONTENT_KEY_SIZE:
        raise WrongKey
    encryption_key, expected = _derive(content_key, key_context)
    # AES-GCM does not commit to its key: one ciphertext can open to two texts under two keys. This check is
    # why two members can't be shown different posts.
    if not hmac.compare_digest(expected, key_commitment):
        raise WrongKey
    return encryption_key


def _derive(content_key: bytes, key_context: bytes) -> tuple[bytes, bytes]:
    if len(content_key) != CONTENT_KEY_SIZE:
        raise ValueError("A content key has 32 bytes.")
    derived = HKDF(SHA256(), length=64, salt=None, info=key_context).derive(content_key)
    return derived[:32], derived[32:]
