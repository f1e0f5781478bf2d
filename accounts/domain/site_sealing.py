"""Sealing what only this site may open: the keys are made of SECRET_KEY, which no database has and no backup.

Each purpose has a key of its own, and each ciphertext is bound to its place by `context`.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_LENGTH = 12


class CannotOpen(Exception):
    """It was sealed with another SECRET_KEY, for another purpose or place, or is damaged."""


def seal(plaintext: bytes, *, purpose: bytes, context: bytes) -> bytes:
    """AES-256-GCM, with the nonce in front."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(key_for(purpose)).encrypt(nonce, plaintext, context)


def unseal(sealed: bytes, *, purpose: bytes, context: bytes) -> bytes:
    """What `seal` sealed; CannotOpen if anything differs."""
    try:
        return AESGCM(key_for(purpose)).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], context)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def key_for(purpose: bytes) -> bytes:
    """32 bytes that nobody knows without SECRET_KEY."""
    derive = HKDF(SHA256(), 32, salt=None, info=b"secureblogs " + purpose)
    return derive.derive(settings.SECRET_KEY.encode())
