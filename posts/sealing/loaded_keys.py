"""Public keys that a process has loaded: it neither reads nor loads them anew for the next post to the same people."""

from collections import OrderedDict
from collections.abc import Collection

from posts.sealing.recipients import Recipient, ders_of
from secureblogs.crypto import public_keys
from secureblogs.crypto.errors import CryptoError, UnacceptableKey

# Each takes 7 KiB. To read a key and to load it takes a quarter of the time of a wrap.
MOST = 10_000


class LoadedKeys:
    """The keys that were used last, by fingerprint."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, public_keys.Recipient] = OrderedDict()

    def load(self, recipients: Collection[Recipient]) -> dict[int, public_keys.Recipient]:
        """The keys of recipients, by pk; one that can't be loaded is not among them."""
        ders = ders_of([each for each in recipients if each.fingerprint not in self._keys])
        found = {}
        for recipient in recipients:
            try:
                found[recipient.pk] = self._use(recipient, ders)
            except CryptoError:
                continue
        while len(self._keys) > MOST:
            self._keys.popitem(last=False)
        return found

    def _use(self, recipient: Recipient, ders: dict[int, bytes]) -> public_keys.Recipient:
        fingerprint = recipient.fingerprint
        if fingerprint not in self._keys:
            self._keys[fingerprint] = _load(recipient, ders[recipient.pk])
        self._keys.move_to_end(fingerprint)
        return self._keys[fingerprint]


def _load(recipient: Recipient, der: bytes) -> public_keys.Recipient:
    # Somebody else may have a row with this fingerprint: nobody is to find that person's key here.
    if public_keys.fingerprint(der).hex() != recipient.fingerprint:
        raise UnacceptableKey("broken")
    return public_keys.load_public_key(recipient.algorithm, der)
