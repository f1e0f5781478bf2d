"""A handful of schedules of the campaign; `make faults` plays many more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.mark.timeout(300)
def test_nothing_is_lost_whatever_is_killed() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--schedules", "4", "--seed", "4"],
        cwd=BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert played.returncode == 0, f"{played.stdout}\n{played.stderr}"
