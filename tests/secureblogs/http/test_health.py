"""/healthz and /readyz, asked of a whole site whose parts go away one after the other."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import psycopg
import pytest
from redis import Redis

from secureblogs.running import make_sealing_key
from tests.secureblogs.http.test_security import HEADERS
from tests.site import Site, administration, drop_database, free_port, make_site

pytestmark = pytest.mark.slow

MEMBERS = ("database", "writes", "redis", "migrations", "worker", "beat", "sealing_key")
ALL = dict.fromkeys(MEMBERS, True)
KINDS = {"/healthz": "plain", "/readyz": "json"}
REDIS_AWAY = ALL | dict.fromkeys(("writes", "redis", "worker", "beat", "sealing_key"), False)


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose parts nobody else needs."""
    own = make_site(tmp_path_factory.mktemp("health"))
    try:
        own.start("web")
        own.start("worker")
        own.start("beat")
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


def wait_for(site: Site, status: int, found: dict[str, bool]) -> None:
    """Wait until /readyz says so; signs of life last for ten seconds."""
    deadline = time.monotonic() + 30
    while readyz(site) != (status, found):
        assert time.monotonic() < deadline, readyz(site)
        time.sleep(0.5)


def test_a_process_that_serves_says_ok(own_site):
    with urllib.request.urlopen(f"{own_site.url}/healthz") as answer:
        assert (answer.status, answer.headers["Content-Type"], answer.read()) == (200, "text/plain", b"ok")


def test_everything_is_there(own_site):
    assert readyz(own_site) == (200, ALL)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.5:8000", "blogs.example.org", "", "_", "a/b"])
def test_a_probe_is_answered_whatever_the_host(own_site, path, host):
    asked = urllib.request.Request(own_site.url + path, headers={"Host": host})
    with urllib.request.urlopen(asked) as answer:
        assert (answer.status, answer.headers["Content-Type"].split("/")[1]) == (200, KINDS[path])
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(own_site.url + path, method="POST", data=b""))
    with refused.value as answer:
        assert answer.code == 405


@pytest.mark.parametrize(("name", "missed"), [("worker", ("worker", "sealing_key")), ("beat", ("beat",))])
def test_a_killed_process_is_missed_and_a_new_one_seen(own_site, name, missed):
    own_site.kill(name)
    wait_for(own_site, 503, ALL | dict.fromkeys(missed, False))

    own_site.start(name)
    wait_for(own_site, 200, ALL)


def test_a_sealing_key_that_no_worker_opens_is_told(own_site, tmp_path):
    other = make_sealing_key.make_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    keys = {"unusable": "", "nobody's": other.pem}
    for name, pem in keys.items():
        url = own_site.start_another_web(name, SEALING_PUBLIC_KEY=pem or "none")
        elsewhere = Site(port=int(url.rsplit(":")[-1]), var=own_site.var, logs=own_site.logs, environment={})
        assert readyz(elsewhere) == (503, ALL | {"sealing_key": False})
        own_site.kill(name)

    own_site.kill("worker")
    own_site.start("worker", SEALING_PRIVATE_KEYS_FILE=str(tmp_path / "nothing.pem"))
    wait_for(own_site, 503, ALL | {"sealing_key": False})
    own_site.kill("worker")
    own_site.start("worker")
    wait_for(own_site, 200, ALL)


@contextmanager
def redis_setting(site: Site, name: str, value: str) -> Iterator[None]:
    with Redis.from_url(site.redis_url, decode_responses=True) as client:
        before = client.config_get(name)[name]
        client.config_set(name, value)
        yield
        client.config_set(name, before)


@contextmanager
def redis_replica(site: Site) -> Iterator[None]:
    """Make Redis a replica of nothing that answers: it is read, and not written to."""
    with Redis.from_url(site.redis_url) as client:
        client.replicaof("127.0.0.1", 1)
        yield
        client.replicaof("NO", "ONE")


@contextmanager
def standby(site: Site) -> Iterator[None]:
    """Have everybody who uses the database find it as a standby: it is read, and not written to."""
    name = urlsplit(site.database_url).path[1:]
    with psycopg.connect(administration(), autocommit=True) as connection:
        for value in ("on", "off"):
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            if value == "on":
                yield


NO_SIGNS = dict.fromkeys(("writes", "worker", "beat", "sealing_key"), False)


@pytest.mark.parametrize(
    ("takes_no_writes", "missing"),
    [
        (partial(redis_setting, name="min-replicas-to-write", value="1"), NO_SIGNS),
        (redis_replica, NO_SIGNS),
        (standby, {"writes": False}),
    ],
)
def test_a_server_that_takes_no_writes_is_told_and_ends_no_process(own_site, takes_no_writes, missing):
    with takes_no_writes(own_site):
        wait_for(own_site, 503, ALL | missing)
        time.sleep(5)
        assert readyz(own_site) == (503, ALL | missing)

    wait_for(own_site, 200, ALL)
    assert {name: process.poll() for name, process in own_site.processes.items()} == dict.fromkeys(
        ("web", "worker", "beat")
    )


def test_a_frozen_or_absent_server_is_named_and_does_not_hold_up_the_answer(own_site):
    frozen = Path(os.environ["SECUREBLOGS_VAR"])
    if not frozen.exists() or not (frozen / "valkey").exists():
        pytest.skip("The servers of this run are somebody else's, and not ours to freeze.")
    valkey = int((frozen / "valkey" / "pid").read_text())
    os.kill(valkey, signal.SIGSTOP)
    try:
        assert readyz(own_site) == (503, REDIS_AWAY)
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
    assert readyz(elsewhere) == (503, ALL | dict.fromkeys(("database", "writes", "migrations"), False))
    own_site.kill("elsewhere")


def test_a_migration_that_is_missing_is_told(own_site):
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
