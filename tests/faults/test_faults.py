"""A handful of schedules of the campaign; `make faults` plays many more."""

import pytest

from tests.faults.programs import play


@pytest.mark.timeout(300)
def test_nothing_is_lost_whatever_is_killed():
    play("tests.faults", "--schedules", "4", "--seed", "4")
