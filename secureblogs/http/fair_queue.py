"""Turns for so many at once, given to clients in rotation: one that asks for much holds up nobody else."""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooMuchAtOnce(Exception):
    """A client waited too long for its turn."""


class FairQueue:
    """For one event loop. A client is whatever name its requests are counted by.

    `at_once` are in hand together, `of_one` of the same client; the next comes `at_least` so many seconds after one.
    """

    def __init__(self, *, at_once: float = math.inf, of_one: float = math.inf, at_least: float = 0) -> None:
        self._at_once, self._of_one, self._at_least = at_once, of_one, at_least
        self._in_hand: Counter[str] = Counter()
        # By client, and the client whose turn is next stands first.
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def in_hand(self) -> int:
        """How many hold a turn."""
        return self._in_hand.total()

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def turn(self, client: str, *, patience: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn, hold it for the block. TooMuchAtOnce, after so many seconds."""
        await self._wait(client, patience)
        loop = asyncio.get_running_loop()
        may_end_at = loop.time() + self._at_least
        try:
            yield
        finally:
            if loop.time() < may_end_at:
                # The client goes on at once; only the next one waits.
                loop.call_at(may_end_at, self._end, client)
            else:
                self._end(client)

    async def _wait(self, client: str, patience: float | None) -> None:
        if client not in self._waiting and self._is_free(client):
            self._in_hand[client] += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(patience):
                await turn
        except TimeoutError:
            self._give_up(client, turn)
            raise TooMuchAtOnce from None
        except asyncio.CancelledError:
            self._give_up(client, turn)
            raise

    def _give_up(self, client: str, turn: "asyncio.Future[None]") -> None:
        if not turn.cancelled():
            # The turn came in the same moment.
            self._end(client)
        elif turn in self._waiting.get(client, ()):
            self._waiting[client].remove(turn)
            if not self._waiting[client]:
                del self._waiting[client]

    def _end(self, client: str) -> None:
        self._in_hand[client] -= 1
        if not self._in_hand[client]:
            del self._in_hand[client]
        while (following := next(filter(self._is_free, self._waiting), None)) is not None:
            self._let_in(following)

    def _let_in(self, client: str) -> None:
        turns = self._waiting.pop(client)
        turn = turns.popleft()
        if turns:
            # Behind all the others.
            self._waiting[client] = turns
        if not turn.cancelled():
            self._in_hand[client] += 1
            turn.set_result(None)

    def _is_free(self, client: str) -> bool:
        return self.in_hand < self._at_once and self._in_hand[client] < self._of_one
