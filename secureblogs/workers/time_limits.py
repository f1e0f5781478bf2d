"""How much processor time a piece of work may take."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(Exception):
    """The work was ended, since it had taken all the processor time that it may take."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """End the block with TookTooLong after so many seconds of this process; in the main thread, where tasks run.

    Celery's own limits count the time of the day: with them a post would fail because PostgreSQL hangs.
    """
    if threading.current_thread() is not threading.main_thread():
        # Python takes signals in the main thread only. Tests have others.
        yield
        return
    before = signal.signal(signal.SIGPROF, _end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _end(number: int, frame: FrameType | None) -> None:
    raise TookTooLong
