"""What is sealed to the workers, and opened by them, with the keys of secureblogs/workers/keys.py."""

from secureblogs.crypto import wrapping
from secureblogs.crypto.errors import CannotOpen
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.workers import keys


def seal(secret: bytes, *, context: bytes) -> bytes:
    """Seal to the newest of the workers' keys. In a worker only."""
    key = wrapping.public_key_of(keys.private_keys()[0])
    return wrapping.seal_to(secret, load_public_key(key.algorithm, key.der), context=context)


def open_sealed(sealed: bytes, *, context: bytes) -> bytes:
    """Open what was sealed to the workers; CannotOpen if none of their keys does. In a worker only."""
    for private_key in keys.private_keys():
        try:
            return wrapping.open_sealed(sealed, private_key, context=context)
        except CannotOpen:
            continue
    raise CannotOpen
