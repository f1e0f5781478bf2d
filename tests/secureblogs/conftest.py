"""Somebody who is signed in at the real site."""

import pytest

from tests.bench.comparing import Reader, reader_of_twenty
from tests.site import Site


@pytest.fixture(scope="session")
def reader(site: Site) -> Reader:
    """A member of a group with posts for two pages."""
    return reader_of_twenty(site)
