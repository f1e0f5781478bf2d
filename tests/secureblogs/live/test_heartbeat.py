"""Every socket hears a heartbeat in its turn, and one that is gone or broken holds up nobody."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from secureblogs.live.heartbeat import PARTS, Heartbeat

SOCKETS = 100


def beat_of(number: int, heard: list[tuple[int, float]]) -> Callable[[], Awaitable[None]]:
    async def beat() -> None:
        heard.append((number, time.monotonic()))
        if number == 3:
            raise ConnectionError

    return beat


async def until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not found():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_each_socket_hears_it_once_in_a_round_and_few_at_a_time(settings):
    settings.HEARTBEAT_SECONDS = 0.2
    heartbeat = Heartbeat()
    heard: list[tuple[int, float]] = []
    beats = [beat_of(number, heard) for number in range(SOCKETS)]
    for beat in beats:
        heartbeat.add(beat)
    for gone in beats[50:]:
        heartbeat.remove(gone)

    await until(lambda: len(heard) >= 100)

    assert Counter(number for number, _ in heard[:50]) == Counter(range(50))
    assert Counter(number for number, _ in heard[50:100]) == Counter(range(50))
    moments = [moment for _, moment in heard]
    assert max(moments[place + 2 * SOCKETS // PARTS] - moments[place] for place in range(80)) > 0.01


async def test_a_few_sockets_hear_it_no_more_often_than_many(settings):
    settings.HEARTBEAT_SECONDS = 0.1
    heartbeat = Heartbeat()
    heard: list[tuple[int, float]] = []
    began = time.monotonic()
    heartbeat.add(beat_of(1, heard))

    await until(lambda: len(heard) == 3)

    assert time.monotonic() - began > 3 * 0.1


async def test_it_ends_with_the_last_socket_and_begins_again(settings):
    settings.HEARTBEAT_SECONDS = 0.05
    heartbeat = Heartbeat()
    heard: list[tuple[int, float]] = []
    for number in (1, 2):
        beat = beat_of(number, heard)
        heartbeat.add(beat)
        await until(lambda: bool(heard) and heard[-1][0] == number)  # noqa: B023
        heartbeat.remove(beat)
        await until(lambda: heartbeat._task is None)

    assert {number for number, _ in heard} == {1, 2}
