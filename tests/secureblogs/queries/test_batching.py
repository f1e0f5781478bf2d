"""Many questions in one moment are one look."""

import asyncio
import threading
from collections.abc import Collection

import pytest

from secureblogs.queries.batching import MOST_AT_ONCE, BatchLoader


class Looks:
    """Notes the keys of each call; it finds every number doubled, but not zero."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.began = threading.Event()

    def __call__(self, numbers: Collection[int]) -> dict[int, int]:
        self.calls.append(sorted(numbers))
        self.began.set()
        if 13 in numbers:
            raise ValueError
        return {number: 2 * number for number in numbers if number}


async def test_all_who_ask_in_one_moment_are_answered_by_one_look():
    looks = Looks()
    batch = BatchLoader(looks)

    answers = await asyncio.gather(*(batch.load(number) for number in (1, 2, 0, 2)))

    assert answers == [2, 4, None, 4]
    assert looks.calls == [[0, 1, 2]]


async def test_who_asks_while_it_looks_waits_for_the_next_look():
    looks = Looks()
    batch = BatchLoader(looks)
    first = asyncio.create_task(batch.load(1))
    await asyncio.to_thread(looks.began.wait, 5)

    assert [*await asyncio.gather(batch.load(1), batch.load(2), first)] == [2, 4, 2]
    assert looks.calls == [[1], [1, 2]]


async def test_a_look_is_not_for_any_number():
    looks = Looks()
    batch = BatchLoader(looks)

    await asyncio.gather(*(batch.load(number) for number in range(100, 100 + MOST_AT_ONCE + 1)))

    assert [len(call) for call in looks.calls] == [MOST_AT_ONCE, 1]


async def test_what_goes_wrong_is_told_to_everybody_and_ends_there():
    batch = BatchLoader(Looks())

    answers = await asyncio.gather(batch.load(13), batch.load(1), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ValueError, ValueError]
    assert await batch.load(1) == 2


async def test_who_no_longer_waits_takes_nothing_from_others():
    batch = BatchLoader(Looks())
    gone = asyncio.create_task(batch.load(1))
    other = asyncio.create_task(batch.load(1))
    await asyncio.sleep(0)

    gone.cancel()

    assert await other == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
