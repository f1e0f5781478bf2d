"""A web process takes what it needs of the system."""

import pytest

from tests.commands import BARE, python

LOOK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1_000))
sys.argv = ["server"]
from secureblogs.daphne import server
server.limits.OPEN_FILES = {wanted}
server.requests.set_up = lambda: sys.exit(str(resource.getrlimit(resource.RLIMIT_NOFILE)))
server.serve()
"""


@pytest.mark.parametrize(("wanted", "soft"), [(500, 500), (16_384, 1_000), (100, 256)])
def test_it_opens_as_many_files_as_it_needs_where_it_may(wanted, soft):
    named = {
        "DATABASE_URL": "postgres://localhost/x",
        "REDIS_URL": "redis://localhost",
        "SECRET_KEY": "x",
        "SEALING_PUBLIC_KEY": "x",
        "DJANGO_SETTINGS_MODULE": "secureblogs.settings",
    }

    assert python("-c", LOOK.format(wanted=wanted), env=BARE | named) == (1, "", f"({soft}, 1000)\n")
