"""The workers' sealing keys: the site knows the public half, a worker reads the private ones when it needs them.

The keys may be changed while a worker runs (docs/deploy.md): it reads the file each time, newest key first.
"""

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from secureblogs.crypto import wrapping, x_wing
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.public_keys import PublicKey, read_public_key
from secureblogs.crypto.wrapping import PrivateKey


@cache
def public_key() -> PublicKey:
    """Return the key that browsers seal drafts to; UnacceptableKey if the setting holds none."""
    key = read_public_key(settings.SEALING_PUBLIC_KEY)
    if key.algorithm != x_wing.ALGORITHM:
        raise UnacceptableKey("sealing-kind")
    return key


def private_keys() -> list[PrivateKey]:
    """Return the keys that open drafts, newest first. In a worker only; OSError or UnacceptableKey if it has none."""
    return wrapping.load_private_keys(Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text())


def fingerprints() -> list[bytes]:
    """Return the fingerprints of the sealing keys that this worker can open; none if it can't read them."""
    try:
        return _fingerprints(Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text())
    except (OSError, ValueError, UnacceptableKey):
        return []


@lru_cache(maxsize=1)
def _fingerprints(pems: str) -> list[bytes]:
    return [wrapping.public_key_of(key).fingerprint for key in wrapping.load_private_keys(pems)]
