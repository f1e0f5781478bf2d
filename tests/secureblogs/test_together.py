"""Many questions in one moment are one look."""

import asyncio
import threading
from collections.abc import Collection

import pytest

from secureblogs.together import MOST_AT_ONCE, Together


class Looks:
    """What was asked for, call by call; every number is found doubled, but not zero."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.began = threading.Event()

    def __call__(self, numbers: Collection[int]) -> dict[int, int]:
        self.calls.append(sorted(numbers))
        self.began.set()
        if 13 in numbers:
            raise ValueError
        return {number: 2 * number for number in numbers if number}


async def test_all_who_ask_in_one_moment_are_answered_by_one_look() -> None:
    looks = Looks()
    together = Together(looks)

    answers = await asyncio.gather(*(together.ask(number) for number in (1, 2, 0, 2)))

    assert answers == [2, 4, None, 4]
    assert looks.calls == [[0, 1, 2]]


async def test_who_asks_while_it_looks_waits_for_the_next_look() -> None:
    looks = Looks()
    together = Together(looks)
    first = asyncio.create_task(together.ask(1))
    await asyncio.to_thread(looks.began.wait, 5)

    assert [*await asyncio.gather(together.ask(1), together.ask(2), first)] == [2, 4, 2]
    assert looks.calls == [[1], [1, 2]]


async def test_a_look_is_not_for_any_number() -> None:
    looks = Looks()
    together = Together(looks)

    await asyncio.gather(*(together.ask(number) for number in range(100, 100 + MOST_AT_ONCE + 1)))

    assert [len(call) for call in looks.calls] == [MOST_AT_ONCE, 1]


async def test_what_goes_wrong_is_told_to_everybody_and_ends_there() -> None:
    together = Together(Looks())

    answers = await asyncio.gather(together.ask(13), together.ask(1), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ValueError, ValueError]
    assert await together.ask(1) == 2


async def test_who_no_longer_waits_takes_nothing_from_others() -> None:
    together = Together(Looks())
    gone = asyncio.create_task(together.ask(1))
    other = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0)

    gone.cancel()

    assert await other == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
