"""One client without a session sends all that it can: whoever reads hardly notices."""

import statistics

import pytest

from tests.bench.floods import AT_ONCE, median
from tests.floods import flood

ROUNDS = 3


@pytest.mark.alone
def test_a_reader_waits_at_most_twice_as_long(site, reader):
    median(reader)

    for kind, at_once in AT_ONCE.items():
        ratios = []
        for _ in range(ROUNDS):
            calm, _ = median(reader)
            with flood(kind, port=site.port, at_once=at_once):
                beside, refused = median(reader)
            assert (kind, refused) == (kind, 0)
            ratios.append(beside / calm)

        assert statistics.median(ratios) <= 2, kind
