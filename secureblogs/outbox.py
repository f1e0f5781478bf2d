"""Messages for a Redis that may hang for a moment: what can't be sent now is sent later, and nobody waits for it."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from redis import RedisError, exceptions

logger = logging.getLogger(__name__)

# A Redis that is away for longer than a few seconds was missed by every socket, which then starts anew (gaps.py).
SECONDS_TO_KEEP = 30
MOST = 10_000
SECONDS_BETWEEN_TRIES = 0.5

Send = Callable[[], None]


class Outbox:
    """What this process has to send, in order; its thread runs only while something waits."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, Send]] = deque()
        self._dropped = 0
        self._is_sending = False
        self._lock = threading.Lock()

    def put(self, send: Send) -> None:
        """Send now, or later if Redis does not answer. While something waits, everything else joins it at once."""
        with self._lock:
            if self._is_sending:
                self._keep(send)
                return
        if (away := _try(send)) is None:
            return
        with self._lock:
            self._keep(send)
            if not self._is_sending:
                self._is_sending = True
                logger.warning("Redis is away, and live messages wait: %s", type(away).__name__)
                threading.Thread(target=self._send_all, name="outbox", daemon=True).start()

    def _keep(self, send: Send) -> None:
        if len(self._waiting) < MOST:
            self._waiting.append((time.monotonic(), send))
        else:
            self._dropped += 1

    def _send_all(self) -> None:
        while send := self._next():
            if _try(send) is None:
                # Only now, so that what is told meanwhile gets in line behind it.
                with self._lock:
                    self._waiting.popleft()
            else:
                time.sleep(SECONDS_BETWEEN_TRIES)

    def _next(self) -> Send | None:
        """The first that is not too old; None if nothing waits, and whoever comes next sends by themselves again."""
        with self._lock:
            while self._waiting:
                kept_at, send = self._waiting[0]
                if time.monotonic() - kept_at < SECONDS_TO_KEEP:
                    return send
                self._waiting.popleft()
                self._dropped += 1
            if self._dropped:
                logger.warning("Redis was away, and %d live messages were dropped.", self._dropped)
            self._dropped = 0
            self._is_sending = False
            return None


def _try(send: Send) -> RedisError | None:
    """Why it has to be sent again, if it has to."""
    try:
        send()
    except (exceptions.ConnectionError, exceptions.TimeoutError) as away:
        return away
    except Exception as error:
        # Redis has answered, and would say the same again. Whatever else it is must not end the thread.
        logger.warning("A live message was not sent: %s", type(error).__name__)
    return None
