"""Content keys wrapped for one public key, and whole documents sealed to one: the workers' sealing key."""

import os

from . import rsa_oaep, x_wing
from .contents import CONTENT_KEY_SIZE
from .errors import CannotOpen, UnacceptableKey, WrongKey
from .pem import decode_pem, encode_pem, pem_blocks, plain_pem
from .public_keys import PublicKey, Recipient
from .rsa_oaep import RsaPrivateKey
from .x_wing import XWingPrivateKey, XWingRecipient

PrivateKey = XWingPrivateKey | RsaPrivateKey

# How many bytes a wrapped key may have; exactly, it is the recipient's `wrapped_size`.
WRAPPED_SIZES = {
    x_wing.ALGORITHM: range(XWingRecipient.wrapped_size, XWingRecipient.wrapped_size + 1),
    rsa_oaep.ALGORITHM: range(rsa_oaep.SMALLEST // 8, rsa_oaep.LARGEST // 8 + 1),
}


def wrap(content_key: bytes, recipient: Recipient, *, context: bytes) -> bytes:
    """The content key, readable by the recipient alone and only in this context."""
    if len(content_key) != CONTENT_KEY_SIZE:
        raise ValueError("A content key has 32 bytes.")
    return recipient.encrypt(content_key, context=context)


def unwrap(wrapped: bytes, private_key: PrivateKey, *, context: bytes) -> bytes:
    """The content key; WrongKey if it was wrapped for another key or context, or if a bit differs."""
    try:
        content_key = private_key.decrypt(wrapped, context=context)
    except CannotOpen:
        raise WrongKey from None
    if len(content_key) != CONTENT_KEY_SIZE:
        raise WrongKey
    return content_key


def seal_to(document: bytes, recipient: Recipient, *, context: bytes) -> bytes:
    """Any bytes, sealed to a sealing key, which is always X-Wing."""
    if not isinstance(recipient, XWingRecipient):
        raise UnacceptableKey("sealing-kind")
    return recipient.encrypt(document, context=context)


def open_sealed(sealed: bytes, private_key: PrivateKey, *, context: bytes) -> bytes:
    """What `seal_to` sealed; CannotOpen if the key or the context is another, or if a bit differs."""
    if not isinstance(private_key, XWingPrivateKey):
        raise UnacceptableKey("sealing-kind")
    return private_key.decrypt(sealed, context=context)


def generate_private_key() -> XWingPrivateKey:
    """A fresh X-Wing private key."""
    return XWingPrivateKey(os.urandom(x_wing.SEED_SIZE))


def load_private_key(source: str | bytes) -> PrivateKey:
    """The private key in one PKCS#8 PEM block or a 32-byte X-Wing seed; UnacceptableKey otherwise."""
    if isinstance(source, bytes):
        if len(source) == x_wing.SEED_SIZE:
            return XWingPrivateKey(source)
        source = source.decode("utf-8", "replace")
    pkcs8 = _read_pem(source)
    if pkcs8.startswith(x_wing.PKCS8_PREFIX) and len(pkcs8) == len(x_wing.PKCS8_PREFIX) + x_wing.SEED_SIZE:
        return XWingPrivateKey(pkcs8[len(x_wing.PKCS8_PREFIX) :])
    return RsaPrivateKey(pkcs8)


def load_private_keys(pems: str) -> list[PrivateKey]:
    """Every private key of a text with several PEM blocks, at least one: sealing keys while rotating."""
    return [load_private_key(block) for block in pem_blocks(pems) or [""]]


def export_private_key(private_key: PrivateKey) -> str:
    """The private key as PKCS#8 PEM, without a passphrase."""
    return encode_pem("PRIVATE KEY", private_key.pkcs8)


def public_key_of(private_key: PrivateKey) -> PublicKey:
    """The public half."""
    return PublicKey(private_key.algorithm, private_key.spki)


def _read_pem(source: str) -> bytes:
    text = plain_pem(source)
    if not text.strip(" \t\r\n"):
        raise UnacceptableKey("private-empty")
    try:
        label, pkcs8 = decode_pem(text)
    except UnacceptableKey:
        raise UnacceptableKey("private-label") from None
    if label == "ENCRYPTED PRIVATE KEY":
        raise UnacceptableKey("private-encrypted")
    if label != "PRIVATE KEY":
        raise UnacceptableKey("private-label")
    return pkcs8
