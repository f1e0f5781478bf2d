"""How a mail is kept until it is sent.

The links in mails are made with SECRET_KEY, which is in no database. So are the keys here: whoever can open a mail that
waits could make its link anyway, and nobody else can.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_LENGTH = 12


class CannotOpen(Exception):
    """The mail was sealed with another SECRET_KEY, for another row, or is damaged."""


def seal(mail: bytes, *, context: bytes) -> bytes:
    """AES-256-GCM, with the nonce in front."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(_key(b"content")).encrypt(nonce, mail, context)


def unseal(sealed: bytes, *, context: bytes) -> bytes:
    """The mail that `seal` sealed; CannotOpen if anything differs."""
    try:
        return AESGCM(_key(b"content")).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], context)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def mark_of(address: str) -> str:
    """The same for the same address, and of no use without SECRET_KEY."""
    return hmac.new(_key(b"recipient"), address.lower().encode(), hashlib.sha256).hexdigest()


def _key(use: bytes) -> bytes:
    derive = HKDF(SHA256(), 32, salt=None, info=b"secureblogs outgoing mail, " + use)
    return derive.derive(settings.SECRET_KEY.encode())
