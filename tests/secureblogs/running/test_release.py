"""The release step, on machines that get a new version at the same moment."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from secureblogs.running.processes import read_procfile
from tests.commands import BASE_DIR, python
from tests.site import create_database, drop_database

pytestmark = pytest.mark.slow


AWAY = "postgres://somebody:secret@127.0.0.1:1/site"
REFUSES = "PostgreSQL does not answer as it should: "
LOOK = "Start it, look at DATABASE_URL and at the server's log, and run this step again.\n"


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database without tables."""
    url = create_database(f"site_{secrets.token_hex(6)}")
    yield url
    drop_database(url)


def release(url: str, var: Path, **environment: str) -> tuple[int, str]:
    """The step's exit code and its complaint."""
    settings = {"DJANGO_SETTINGS_MODULE": "secureblogs.settings", "DATABASE_URL": url}
    settings["SECUREBLOGS_VAR"] = str(var)
    code, _, complaint = python("-m", "secureblogs.running.release", env=os.environ | settings | environment)
    return code, complaint


def test_a_postgresql_that_is_away_is_said_in_two_sentences(tmp_path):
    assert release(AWAY, tmp_path) == (
        1,
        f'{REFUSES}connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused.'
        f" {LOOK}",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "ALTER DATABASE {} SET default_transaction_read_only = on",
            "cannot execute CREATE TABLE in a read-only transaction."
            " It takes no writes: name the primary server in DATABASE_URL.\n",
        ),
        (
            "REVOKE CREATE ON SCHEMA public FROM pg_database_owner",
            "permission denied for schema public."
            " The site's role has to own the database (docs/deploy.md, step 2).\n",
        ),
    ],
    ids=["read-only", "not its owner's"],
)
def test_a_postgresql_that_refuses_is_said_with_what_to_do(empty, tmp_path, change, said):
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(sql.SQL(change).format(sql.Identifier(urlsplit(empty).path[1:])))

    assert release(empty, tmp_path) == (1, REFUSES + said)


def test_a_folder_that_takes_no_static_files_is_said(empty, tmp_path):
    (tmp_path / "file").touch()

    code, complaint = release(empty, tmp_path, STATIC_ROOT=str(tmp_path / "file" / "static"))

    file = tmp_path / "file" / "static" / "staticfiles.json"
    words = f"Static files can't be collected: {file} (Not a directory). Make room, or look at STATIC_ROOT.\n"
    assert (code, complaint) == (1, words)


def test_a_release_removes_what_none_has_named_for_a_month_and_nothing_that_is_served(empty, tmp_path):
    static = tmp_path / "static"
    assert release(empty, tmp_path) == (0, "")
    collected = names_in(static)
    # The release that runs until now, although it came long ago, and one before that.
    before, gone = "css/before.0123456789ab.css", "css/gone.0123456789ab.css"
    others = ["css/mine.css", "css/late.0123456789ab.css"]
    for name in (before, f"{before}.br", gone, f"{gone}.gz", *others):
        (static / name).write_text("b { color: red }\n")
    manifest = json.loads((static / "staticfiles.json").read_text())
    manifest["paths"]["css/before.css"] = before
    (static / "staticfiles.json").write_text(json.dumps(manifest))
    long_ago = time.time() - 40 * 24 * 60 * 60
    for path in static.rglob("*"):
        if path.is_file() and path != static / others[1]:
            os.utime(path, (long_ago, long_ago))
    (tmp_path / "static.collected").unlink()

    assert release(empty, tmp_path) == (0, "")

    assert names_in(static) == collected | {before, f"{before}.br", *others}


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


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
