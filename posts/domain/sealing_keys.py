"""The workers' sealing key: the site knows the public half, a worker reads the private ones when it needs them."""

from functools import cache
from pathlib import Path

from django.conf import settings

from secureblogs.crypto import wrapping
from secureblogs.crypto.errors import CannotOpen
from secureblogs.crypto.public_keys import PublicKey, load_public_key, read_public_key


@cache
def public_key() -> PublicKey:
    """What drafts and waiting keys are sealed to."""
    return read_public_key(settings.SEALING_PUBLIC_KEY)


def seal(secret: bytes, *, context: bytes) -> bytes:
    """Seal to the workers."""
    key = public_key()
    return wrapping.seal_to(secret, load_public_key(key.algorithm, key.der), context=context)


def open_sealed(sealed: bytes, *, context: bytes) -> bytes:
    """What was sealed to the workers; CannotOpen if none of their keys opens it. In a worker only."""
    pem = Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text()
    for private_key in wrapping.load_private_keys(pem):
        try:
            return wrapping.open_sealed(sealed, private_key, context=context)
        except CannotOpen:
            continue
    raise CannotOpen
