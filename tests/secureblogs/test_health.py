"""/healthz and /readyz, asked of a whole site whose parts go away one after the other."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import psycopg
import pytest
from django.test import Client

from tests.site import Site, drop_database, free_port, make_site

ALL = {"database": True, "redis": True, "migrations": True, "worker": True}


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose parts nobody else needs."""
    own = make_site(tmp_path_factory.mktemp("health"))
    try:
        own.start("web")
        own.start("worker")
        own.wait_until_ready()
        yield own
    finally:
        for name in list(own.processes):
            own.kill(name)
        drop_database(own.database_url)


def readyz(site: Site) -> tuple[int, dict[str, bool]]:
    """Status and body; the answer takes at most as long as a probe waits."""
    started = time.monotonic()
    try:
        with urllib.request.urlopen(f"{site.url}/readyz", timeout=10) as answer:
            status, body = answer.status, answer.read()
    except HTTPError as error:
        status, body = error.code, error.read()
    assert time.monotonic() - started < 5
    return status, json.loads(body)


def test_a_process_that_serves_says_ok(own_site: Site) -> None:
    with urllib.request.urlopen(f"{own_site.url}/healthz") as answer:
        assert (answer.status, answer.headers["Content-Type"], answer.read()) == (200, "text/plain", b"ok")


def test_everything_is_there(own_site: Site) -> None:
    assert readyz(own_site) == (200, ALL)


def test_a_killed_worker_is_missed_and_a_new_one_seen(own_site: Site) -> None:
    own_site.kill("worker")
    deadline = time.monotonic() + 15
    while readyz(own_site) == (200, ALL):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert readyz(own_site) == (503, ALL | {"worker": False})

    own_site.start("worker")
    own_site.wait_until_ready()
    assert readyz(own_site) == (200, ALL)


def test_a_frozen_or_absent_server_is_named_and_does_not_hold_up_the_answer(own_site: Site) -> None:
    frozen = Path(os.environ["SECUREBLOGS_VAR"])
    if not frozen.exists() or not (frozen / "valkey").exists():
        pytest.skip("The servers of this run are somebody else's, and not ours to freeze.")
    valkey = int((frozen / "valkey" / "pid").read_text())
    os.kill(valkey, signal.SIGSTOP)
    try:
        assert readyz(own_site) == (503, ALL | {"redis": False, "worker": False})
        with urllib.request.urlopen(f"{own_site.url}/healthz", timeout=2) as answer:
            assert answer.read() == b"ok"
    finally:
        os.kill(valkey, signal.SIGCONT)
    own_site.wait_until_ready()

    port = free_port()
    own_site.start(
        "elsewhere", process="web", PORT=str(port), DATABASE_URL="postgres://nobody@127.0.0.1:1/no"
    )
    elsewhere = Site(port=port, var=own_site.var, logs=own_site.logs, environment={})
    elsewhere.wait_until_ready("/healthz")
    assert readyz(elsewhere) == (503, ALL | {"database": False, "migrations": False})
    own_site.kill("elsewhere")


def test_a_migration_that_is_missing_is_told(own_site: Site) -> None:
    with psycopg.connect(own_site.database_url) as connection:
        connection.execute(
            "UPDATE django_migrations SET name = 'x' WHERE (app, name) = ('posts', '0001_initial')"
        )
    assert readyz(own_site) == (503, ALL | {"migrations": False})
    with psycopg.connect(own_site.database_url) as connection:
        connection.execute(
            "UPDATE django_migrations SET name = '0001_initial' WHERE (app, name) = ('posts', 'x')"
        )
    assert readyz(own_site) == (200, ALL)


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
