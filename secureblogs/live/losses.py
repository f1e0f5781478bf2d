"""Channels on which Redis took no message: their listeners hear that they missed news, as soon as Redis answers.

A process remembers *that* something was lost, not what: pages fetch themselves again, and the rows are the truth.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection

from secureblogs.workers import redis

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 0.5

Tell = Callable[[Collection[str]], None]


class Losses:
    """The channels of this process; a thread runs only while there are any."""

    def __init__(self) -> None:
        self._channels: set[str] = set()
        self._is_telling = False
        self._lock = threading.Lock()

    def note(self, channel: str, tell: Tell) -> None:
        """Have `tell` called with this channel, among others, until it raises none of redis.AWAY."""
        with self._lock:
            self._channels.add(channel)
            if self._is_telling:
                return
            self._is_telling = True
        logger.warning("Redis is away, and live messages are lost.")
        threading.Thread(target=self._tell_all, args=[tell], name="losses", daemon=True).start()

    def _tell_all(self, tell: Tell) -> None:
        channels: set[str] = set()
        while True:
            time.sleep(SECONDS_BETWEEN_TRIES)
            try:
                # A Redis that hangs takes what it is sent, and passes it on later: nobody is to hear each try.
                redis.client().ping()
                channels |= self._take()
                tell(channels)
            except redis.AWAY:
                continue
            except Exception as error:
                # Redis has answered, and would say the same again. No other error ends the thread, either.
                logger.warning("Nobody was told that they missed news: %s", type(error).__name__)
            redis.note_answer()
            channels.clear()
            if self._is_over():
                return

    def _take(self) -> set[str]:
        with self._lock:
            channels, self._channels = self._channels, set()
            return channels

    def _is_over(self) -> bool:
        """Whether nothing was lost meanwhile; the next loss starts a thread again then."""
        with self._lock:
            self._is_telling = bool(self._channels)
            return not self._is_telling


losses = Losses()


def _forget() -> None:
    global losses
    losses = Losses()


# A process that is forked has none of the threads of its parent.
os.register_at_fork(after_in_child=_forget)
