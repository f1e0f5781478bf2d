"""Turns for many clients: how many at once, in what order, and who gives up."""

import asyncio
import random
from collections import Counter
from itertools import pairwise

import pytest

from secureblogs.http.fair_queue import FairQueue, TooMuchAtOnce


class Clients:
    """Tasks that hold a turn until they are told to end, in the order in which they got it."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue, self.let_in = queue, list[str]()
        self.tasks: list[tuple[str, asyncio.Task[None]]] = []
        self.may_end = asyncio.Event()

    async def come(self, *clients: str, patience: float | None = None) -> list[str]:
        """Who was let in so far."""
        for client in clients:
            self.tasks.append((client, asyncio.create_task(self._hold(client, patience))))
        await asyncio.sleep(0)
        return self.let_in

    async def _hold(self, client: str, patience: float | None) -> None:
        async with self.queue.turn(client, patience=patience):
            self.let_in.append(client)
            await self.may_end.wait()

    async def end(self) -> list[str]:
        self.may_end.set()
        await asyncio.gather(*(task for _, task in self.tasks), return_exceptions=True)
        return self.let_in


async def test_clients_are_let_in_by_rotation() -> None:
    clients = Clients(FairQueue(at_once=1))

    assert await clients.come(*"aaaa", *"bb", "c") == ["a"]

    assert "".join(await clients.end()) == "aabcaba"


async def test_one_client_holds_no_more_than_its_share() -> None:
    clients = Clients(FairQueue(at_once=3, of_one=2))

    assert "".join(await clients.come(*"aaaa", "b", "c")) == "aab"

    assert "".join(sorted(await clients.end())) == "aaaabc"


async def test_who_loses_patience_is_refused() -> None:
    clients = Clients(FairQueue(at_once=1))
    await clients.come("a", "a", "a", patience=0.01)
    await clients.come("b", patience=5)
    await asyncio.sleep(0.05)

    assert await clients.end() == ["a", "b"]
    refused = [task.exception() for _, task in clients.tasks]
    assert [type(each) for each in refused] == [type(None), TooMuchAtOnce, TooMuchAtOnce, type(None)]


@pytest.mark.parametrize("seconds_in_hand", [0, 0.04])
async def test_the_next_one_waits_for_a_whole_turn_and_for_no_more(seconds_in_hand: float) -> None:
    queue, loop = FairQueue(at_once=1, at_least=0.02), asyncio.get_running_loop()
    began, ended = list[float](), list[float]()

    async def take_turn() -> None:
        async with queue.turn("a"):
            began.append(loop.time())
            await asyncio.sleep(seconds_in_hand)
        ended.append(loop.time())

    await asyncio.gather(*(take_turn() for _ in range(3)))

    for (began_one, began_next), end in zip(pairwise(began), ended, strict=False):
        assert began_next - began_one >= max(0.02, seconds_in_hand)
        # Who had the turn does not wait for its end.
        assert end <= began_next


@pytest.mark.parametrize("seed", range(20))
async def test_whoever_comes_goes_and_gives_up_a_turn_is_never_lost_or_held_twice(seed: int) -> None:
    chance, queue = random.Random(seed), FairQueue(at_once=3, of_one=2)  # noqa: S311
    held, most, most_of_one = Counter[str](), 0, 0

    async def hold(client: str, seconds: float) -> None:
        nonlocal most, most_of_one
        async with queue.turn(client, patience=0.004):
            held[client] += 1
            most, most_of_one = max(most, held.total()), max(most_of_one, held[client])
            try:
                await asyncio.sleep(seconds)
            finally:
                held[client] -= 1

    async def come() -> None:
        await asyncio.sleep(chance.random() / 50)
        task = asyncio.create_task(hold(chance.choice("abcd"), chance.random() / 200))
        await asyncio.sleep(chance.random() / 50)
        if chance.random() < 0.5:
            held_by_it = task.cancel()
            assert held_by_it in (True, False)
        await asyncio.gather(task, return_exceptions=True)

    await asyncio.gather(*(come() for _ in range(80)))

    assert most == 3
    assert most_of_one <= 2
    clients = Clients(queue)
    assert "".join(sorted(await clients.come(*"abc", "d"))) == "abc"
    assert "".join(sorted(await clients.end())) == "abcd"


def test_nothing_is_kept_of_who_has_gone() -> None:
    async def come_and_go() -> FairQueue:
        queue = FairQueue(at_once=1)
        clients = Clients(queue)
        await clients.come(*"abc", patience=0.001)
        await asyncio.sleep(0.01)
        await clients.end()
        return queue

    queue = asyncio.run(come_and_go())

    assert [each for each in vars(queue).values() if isinstance(each, dict)] == [{}, {}]
