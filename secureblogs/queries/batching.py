"""Questions that many sockets have in one moment, put to the database as one."""

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import close_old_connections

from secureblogs.queries.connections import close_ended

# So long a question holds its thread and the answers up at most.
MOST_AT_ONCE = 500
# Few: each keeps a connection, and PostgreSQL has no endless number of them.
_threads = ThreadPoolExecutor(2, thread_name_prefix="batch")

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BatchLoader(Generic[K, V]):
    """Calls `look` in a thread for all that was asked while the call before was on its way. One per event loop.

    One by one, the questions of the thousand tabs that hear of one event would wait for each other.
    """

    def __init__(self, look: Callable[[Collection[K]], Mapping[K, V]]) -> None:
        self._look = look
        self._asked: dict[K, asyncio.Future[V | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def load(self, key: K) -> V | None:
        """The value of the key, by a look that begins after this call. Raises what `look` does."""
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        if self._task is None:
            self._task = asyncio.create_task(self._answer())
        # Others may wait for the same one.
        return await asyncio.shield(answer)

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while self._asked:
            asked = {key: self._asked.pop(key) for key in list(self._asked)[:MOST_AT_ONCE]}
            try:
                found = await loop.run_in_executor(_threads, self._look_in_thread, list(asked))
            except Exception as error:
                for answer in asked.values():
                    answer.set_exception(error)
                    answer.exception()  # The caller may be gone; that is no mistake.
            else:
                for key, answer in asked.items():
                    answer.set_result(found.get(key))
        self._task = None

    def _look_in_thread(self, keys: Collection[K]) -> Mapping[K, V]:
        close_ended()
        try:
            return self._look(keys)
        finally:
            close_old_connections()
