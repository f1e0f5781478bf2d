"""Notice when a web process lost Redis: what was published meanwhile is gone, so its sockets have to start anew."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PING_SECONDS = 1
ANSWER_SECONDS = 5

OnGap = Callable[[], Awaitable[None]]


class RedisWatch:
    """Pings Redis over one connection of its own and, after an interruption, calls everybody who registered.

    The channel layer reconnects by itself but tells nobody (its `on_reconnect` is never called).
    """

    def __init__(self) -> None:
        self._listeners: set[OnGap] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, on_gap: OnGap) -> None:
        """Call `on_gap` after the next interruption."""
        self._listeners.add(on_gap)
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    def remove(self, on_gap: OnGap) -> None:
        self._listeners.discard(on_gap)

    async def _watch(self) -> None:
        pool = ConnectionPool.from_url(settings.REDIS_URL)
        is_first = True
        while True:
            connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
                if not is_first:
                    await self._tell()
                is_first = False
                while True:
                    await connection.send_command("PING")
                    await connection.read_response(timeout=ANSWER_SECONDS)
                    await asyncio.sleep(PING_SECONDS)
            except (RedisError, OSError, TimeoutError) as error:
                logger.warning("Redis is away: %s", type(error).__name__)
                await asyncio.sleep(PING_SECONDS)
            finally:
                await connection.disconnect(nowait=True)

    async def _tell(self) -> None:
        # The layer's own connection may still be on its way back; a fresh one is subscribed before anybody refetches.
        layer = get_channel_layer()
        assert layer is not None
        await layer.flush()
        listeners, self._listeners = self._listeners, set()
        await asyncio.gather(*(on_gap() for on_gap in listeners), return_exceptions=True)


# One per event loop: a server process has one loop, and tests have several.
_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, RedisWatch] = WeakKeyDictionary()


def watch() -> RedisWatch:
    """The watch of the running event loop."""
    return _watches.setdefault(asyncio.get_running_loop(), RedisWatch())
