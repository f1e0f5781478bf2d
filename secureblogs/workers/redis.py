"""The one way to Redis from code that may not wait: one that hangs costs a process a second, and not each call."""

import time
from functools import cache

from django.conf import settings
from redis import Redis, exceptions

SECONDS_TO_ANSWER = 1
# After Redis did not answer, nobody of this process asks it for so long.
SECONDS_OF_SILENCE = 2
AWAY = (exceptions.ConnectionError, exceptions.TimeoutError)
_silent_until = 0.0


@cache
def client() -> Redis:
    """Return this process's own client, which waits for no Redis longer than a second. For any thread."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER
    )


def is_away() -> bool:
    """Whether Redis did not answer a moment ago."""
    return time.monotonic() < _silent_until


def note_away() -> None:
    """Say that Redis did not answer."""
    global _silent_until
    _silent_until = time.monotonic() + SECONDS_OF_SILENCE


def note_answer() -> None:
    """Say that Redis answers again."""
    global _silent_until
    _silent_until = 0.0
