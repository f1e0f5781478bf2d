"""What the campaign does when a fault cannot be caused."""

import subprocess
from pathlib import Path

import pytest

from secureblogs.embedded import Servers
from tests.faults.clocks import Clocks
from tests.faults.schedules import Schedule
from tests.faults.world import World
from tests.site import Site


def test_a_fault_that_raises_fails_the_schedule_and_is_not_counted(tmp_path: Path) -> None:
    site = Site(port=0, var=tmp_path, logs=tmp_path, environment={})
    schedule = Schedule(World(Servers(tmp_path), site, {}, Clocks(tmp_path / "clocks")), seed=1)
    # No web process runs that could be killed, and what stands for the worker sleeps.
    site.processes["worker"] = subprocess.Popen(["sleep", "60"], start_new_session=True)

    drawn = [(0.0, kind, 0.0) for kind in ("stop_worker", "kill_web", "stop_worker")]

    try:
        with pytest.raises(KeyError, match="web"), schedule.troubled(drawn):
            pass
    finally:
        site.kill("worker")

    assert schedule.faults == ["stop_worker"]
