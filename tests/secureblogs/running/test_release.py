"""The release step, on machines that get a new version at the same moment."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from secureblogs.running.processes import read_procfile
from tests.commands import BASE_DIR
from tests.site import create_database, drop_database

pytestmark = pytest.mark.slow


def test_two_releases_at_once_wait_for_each_other(tmp_path):
    url = create_database(f"site_{secrets.token_hex(6)}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "secureblogs.settings",
        "DATABASE_URL": url,
        "SECUREBLOGS_VAR": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = read_procfile(BASE_DIR / "Procfile")["release"]

    releases = [
        subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [release.communicate()[0] for release in releases]

    assert [release.returncode for release in releases] == [0, 0], said
    # One of them did it all, and the other found nothing left to do.
    assert sorted("Applying accounts.0001_initial" in each for each in said) == [False, True]
    assert sorted("static files copied" in each for each in said) == [False, True]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (
            0,
        )
    drop_database(url)
