"""The workers' sealing key: the site knows the public half, a worker reads the private ones when it needs them.

The key may be changed while a worker runs (docs/deploy.md): it reads the file each time, newest key first.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

from secureblogs.crypto import wrapping
from secureblogs.crypto.errors import CannotOpen
from secureblogs.crypto.public_keys import PublicKey, load_public_key, read_public_key
from secureblogs.crypto.wrapping import PrivateKey


@cache
def public_key() -> PublicKey:
    """What browsers seal drafts to."""
    return read_public_key(settings.SEALING_PUBLIC_KEY)


def seal(secret: bytes, *, context: bytes) -> bytes:
    """Seal to the newest of the workers' keys. In a worker only."""
    key = wrapping.public_key_of(_private_keys()[0])
    return wrapping.seal_to(secret, load_public_key(key.algorithm, key.der), context=context)


def open_sealed(sealed: bytes, *, context: bytes) -> bytes:
    """What was sealed to the workers; CannotOpen if none of their keys opens it. In a worker only."""
    for private_key in _private_keys():
        try:
            return wrapping.open_sealed(sealed, private_key, context=context)
        except CannotOpen:
            continue
    raise CannotOpen


def _private_keys() -> list[PrivateKey]:
    return wrapping.load_private_keys(Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text())
