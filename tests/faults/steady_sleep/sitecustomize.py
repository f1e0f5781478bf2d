"""Found by Python at its start, in processes with a faked clock: libfaketime breaks the call that `time.sleep` makes.

It takes a moment of the clock that never jumps for one of the clock of the day, and refuses it.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], max(0.0, seconds))


time.sleep = _sleep  # type: ignore[assignment]
