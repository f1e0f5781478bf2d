"""Every open socket hears a heartbeat, so that its page notices when nothing comes through any more."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from django.conf import settings

logger = logging.getLogger(__name__)

# The sockets of a process take turns, so that ten thousand of them are not served in one moment.
PARTS = 20

Beat = Callable[[], Awaitable[None]]


class Heartbeat:
    """Calls each who registered once in HEARTBEAT_SECONDS, a part of them at a time. One task serves all."""

    def __init__(self) -> None:
        # When each is due by the clock of the event loop, in this order. A beat that has left is passed over.
        self._queue: deque[tuple[float, Beat]] = deque()
        self._beats: set[Beat] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, beat: Beat) -> None:
        """Call `beat` from now on, HEARTBEAT_SECONDS later for the first time."""
        self._beats.add(beat)
        self._queue.append((_next_turn(), beat))
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def remove(self, beat: Beat) -> None:
        self._beats.discard(beat)

    async def _run(self) -> None:
        while self._queue:
            await asyncio.sleep(settings.HEARTBEAT_SECONDS / PARTS)
            now = asyncio.get_running_loop().time()
            for _ in range(-(-len(self._queue) // PARTS)):
                if self._queue[0][0] > now:
                    break
                _, beat = self._queue.popleft()
                if beat in self._beats:
                    self._queue.append((_next_turn(), beat))
                    await self._call(beat)
        self._task = None

    async def _call(self, beat: Beat) -> None:
        try:
            await beat()
        except Exception as error:
            # The error is that of one socket, and concerns nobody else.
            logger.warning("A socket took no heartbeat: %s", type(error).__name__)


def _next_turn() -> float:
    return asyncio.get_running_loop().time() + settings.HEARTBEAT_SECONDS


# One per event loop.
_heartbeats: WeakKeyDictionary[asyncio.AbstractEventLoop, Heartbeat] = WeakKeyDictionary()


def heartbeat() -> Heartbeat:
    """Return the heartbeat of the running event loop."""
    return _heartbeats.setdefault(asyncio.get_running_loop(), Heartbeat())
