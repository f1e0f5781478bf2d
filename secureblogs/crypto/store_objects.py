"""What a person keeps for their own browsers on the server: AES-256-GCM under a key of the object's name."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .account_keys import AccountKey
from .contents import NONCE_SIZE
from .contexts import context, number
from .errors import CannotOpen
from .padding import pad, unpad


def seal_object(data: bytes, *, account_key: AccountKey, name: str, version: int) -> bytes:
    """12 bytes of nonce, then the padded bytes encrypted, bound to person, generation, name and version."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + _cipher(account_key, name).encrypt(nonce, pad(data), _place(account_key, name, version))


def open_object(sealed: bytes, *, account_key: AccountKey, name: str, version: int) -> bytes:
    """What `seal_object` sealed in this very place; CannotOpen otherwise."""
    nonce, ciphertext = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:]
    place = _place(account_key, name, version)
    try:
        padded = _cipher(account_key, name).decrypt(nonce, ciphertext, place)
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return unpad(padded)


def _cipher(account_key: AccountKey, name: str) -> AESGCM:
    return AESGCM(account_key.derive("store-object-key", name.encode()))


def _place(account_key: AccountKey, name: str, version: int) -> bytes:
    place = account_key.user.bytes, number(account_key.generation)
    return context("store-object", *place, name.encode(), number(version))
