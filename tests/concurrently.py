"""Things that happen at the same moment: another thread, on a database connection of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import ParamSpec, Protocol, TypeVar

from django.db import connection, connections, transaction

SECONDS_TO_WAIT = 30
# Most things end sooner, and are then not held up by looks at who waits.
SECONDS_BETWEEN_LOOKS = 0.005

P = ParamSpec("P")
T = TypeVar("T")


class Run(Protocol):
    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]: ...


def on_its_own_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns in this thread, whose connection ends with it."""
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()


@contextmanager
def concurrently() -> Iterator[Run]:
    """A function that runs others in threads; they all have ended when the block ends."""
    with ThreadPoolExecutor(max_workers=8) as pool:

        def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
            return pool.submit(lambda: on_its_own_connection(function, *args, **kwargs))

        yield run


def meanwhile(first: Callable[[], object], then: Callable[[], T]) -> Future[T]:
    """The end of `then`, which begins when `first` is done but not committed, and has to wait for that."""
    with concurrently() as run:
        with transaction.atomic():
            first()
            later = run(then)
            wait_until_blocked()
        return later


def wait_until_blocked(number: int = 1) -> None:
    """Wait until that many other transactions wait for a row that somebody holds."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    with looker() as blocked:
        while blocked() < number:
            assert time.monotonic() < deadline, "Nobody waits."
            time.sleep(SECONDS_BETWEEN_LOOKS)


def wait_until_done_or_blocked(future: Future[T], blocked: Callable[[], int]) -> None:
    """Wait until what runs elsewhere has ended, or waits for a row that somebody holds, as a `looker` says."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not wait([future], timeout=SECONDS_BETWEEN_LOOKS).done and not blocked():
        assert time.monotonic() < deadline, "It neither ends nor waits."


@contextmanager
def looker() -> Iterator[Callable[[], int]]:
    """Says how many transactions wait for a lock, by a connection of its own: the test's may be in a pipeline."""
    looker = connection.copy()

    def blocked() -> int:
        with looker.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            (number,) = cursor.fetchone()
        return int(number)

    try:
        yield blocked
    finally:
        looker.close()
