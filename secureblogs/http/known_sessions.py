"""The sessions of people whom this process has answered: a cookie that somebody made up is none of them."""

from collections import OrderedDict

MOST = 10_000
# By this name the handler notes in a request's scope whether somebody was signed in, if it has found that out.
SIGNED_IN = "secureblogs.signed_in"


class KnownSessions:
    """Keys of sessions, as many as were used last. For one event loop."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def note(self, key: str, *, is_signed_in: bool) -> None:
        """A request with that key was answered, to somebody or to nobody."""
        self._keys.pop(key, None)
        if is_signed_in:
            self._keys[key] = None
            if len(self._keys) > MOST:
                self._keys.popitem(last=False)
