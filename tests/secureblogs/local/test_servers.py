"""The embedded servers: real ones, killed, left behind and found again."""

import os
import secrets
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import AuthenticationError, Redis

from secureblogs.local import CannotStart, Servers
from secureblogs.local.system_user import is_root
from tests.commands import BARE, python

pytestmark = pytest.mark.slow


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for servers, not made yet; short, since pytest's own leave no room for a socket."""
    yield from _folder(Path(tempfile.gettempdir()) / f"sb-{secrets.token_hex(4)}")


def _folder(path: Path) -> Iterator[Path]:
    yield path
    if path.exists():
        Servers(path).stop_unused()
        shutil.rmtree((path / "postgresql").resolve(), ignore_errors=True)
        shutil.rmtree(path)


@pytest.fixture
def servers(var: Path) -> Iterator[Servers]:
    """Running servers."""
    started = Servers(var, durable=False)
    started.start()
    yield started
    started.stop()


def value(servers: Servers, query: str) -> object:
    """The one value that PostgreSQL answers."""
    with psycopg.connect(servers.postgresql.url(role="postgres")) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def test_secrets_are_made_once_nobody_else_reads_them_or_gets_in_and_valkey_forgets_nothing(servers):
    first = servers.environment()

    assert servers.environment() == first
    assert Servers(servers.var).environment() == first
    assert mode(servers.var / "secrets") == "drwx------"
    assert {mode(path) for path in (servers.var / "secrets").iterdir()} == {"-rw-------"}
    assert mode(servers.valkey.config) == mode(servers.valkey.home / "password") == "-rw-------"
    assert mode(servers.var) == ("drwx--x--x" if is_root() else "drwx------")

    assert value(servers, "SHOW listen_addresses") == ""
    assert mode(servers.postgresql.home) == "drwx------"
    with Redis.from_url(servers.valkey.url(), decode_responses=True) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    with (
        Redis(port=int(servers.valkey.port_file.read_text())) as stranger,
        pytest.raises(AuthenticationError),
    ):
        stranger.ping()

    with Redis.from_url(servers.valkey.url(), decode_responses=True) as client:
        settings = client.config_get("appendonly", "maxmemory-policy")
    assert settings == {"appendonly": "yes", "maxmemory-policy": "noeviction"}

    assert value(servers, "SELECT rolsuper FROM pg_roles WHERE rolname = 'secureblogs'") is False


def test_the_last_user_stops_them_and_they_start_from_a_half_made_folder_or_with_anothers_number(servers):
    second = Servers(servers.var, durable=False)
    second.start()

    servers.stop()
    assert second.postgresql.is_running()
    assert second.valkey.is_running()

    second.stop()
    assert not second.postgresql.is_running()
    assert not second.valkey.is_running()

    servers.postgresql.data.rename(servers.postgresql.home / "data.new")
    (servers.postgresql.home / "data.new" / "PG_VERSION").unlink()
    (servers.var / "secrets" / "secret_key.new").write_text("hal")

    servers.start()

    assert value(servers, "SELECT 1") == 1
    assert len(servers.environment()["SECRET_KEY"]) == 67

    servers.stop()
    (servers.postgresql.data / "postmaster.pid").write_text(f"{os.getppid()}\n")
    servers.valkey.pid_file.write_text(f"{os.getppid()}\n")

    servers.start()

    assert value(servers, "SELECT 1") == 1


def test_what_a_killed_process_left_running_is_taken_over(var):
    program = (
        "import sys, os, signal, pathlib; from secureblogs.local import Servers;"
        "Servers(pathlib.Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert python("-c", program, var, env=os.environ)[0] == -signal.SIGKILL
    left = Servers(var)
    files = var / "postgresql/data/postmaster.pid", left.valkey.pid_file
    before = [file.read_text() for file in files]
    assert left.postgresql.is_running()

    left.start()

    assert [file.read_text() for file in files] == before
    left.stop()
    assert not left.postgresql.is_running()


def test_killed_servers_come_back_at_the_same_address_with_what_they_had_and_a_frozen_one_is_replaced(
    servers,
):
    before = servers.environment()
    with psycopg.connect(before["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'kept' AS text")
    with Redis.from_url(before["REDIS_URL"]) as client:
        client.set("note", "kept")
    os.kill(int((servers.postgresql.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    os.kill(int(servers.valkey.pid_file.read_text()), signal.SIGKILL)
    while servers.postgresql.is_running() or servers.valkey.is_running():
        time.sleep(0.01)

    servers.keep_running()

    assert servers.environment() == before
    assert value(servers, "SELECT text FROM notes") == "kept"
    with Redis.from_url(before["REDIS_URL"]) as client:
        assert client.get("note") == b"kept"

    frozen = int(servers.valkey.pid_file.read_text())
    os.kill(frozen, signal.SIGSTOP)

    servers.valkey.start()

    assert int(servers.valkey.pid_file.read_text()) != frozen


def test_a_path_too_long_for_a_socket_works():
    for var in _folder(Path(tempfile.gettempdir()) / f"sb-{secrets.token_hex(4)}-{'long' * 30}"):
        servers = Servers(var, durable=False)
        servers.start()
        assert value(servers, "SELECT 1") == 1
        servers.stop()


@pytest.mark.skipif(not is_root(), reason="Only root has to run PostgreSQL as somebody else.")
def test_root_opens_no_folder_of_its_own_to_others(var):
    var.mkdir(mode=0o700)
    servers = Servers(var / "within", durable=False)
    servers.start()

    assert value(servers, "SELECT 1") == 1
    assert mode(var) == "drwx------"

    servers.stop()
    shutil.rmtree(servers.postgresql.home)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotStart) as raised:
        Servers(tmp_path / "file" / "var").start()

    folder = tmp_path / "file" / "var"
    assert str(raised.value) == (
        f"The folder {folder} can't be made (Not a directory): name another in SECUREBLOGS_VAR."
    )


def test_a_command_brings_the_servers_when_the_site_does_not_run(var):
    environment = BARE | {"SECUREBLOGS_VAR": str(var)}
    program = "from django.db import connection; print(connection.cursor().execute('SELECT 1').fetchone())"

    ended = python("manage.py", "shell", "--no-imports", "-c", program, env=environment)

    assert ended[:2] == (0, "(1,)\n")
    assert not Servers(var).postgresql.is_running()
