"""`python -m secureblogs`, which `make run` starts: the whole site in one command."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from secureblogs.local import Servers
from tests.commands import BARE, BASE_DIR, run
from tests.site import free_port

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "secureblogs"]


def environment(var: Path, port: object) -> dict[str, str]:
    """Nothing is set but the folder and the port."""
    return BARE | {"SECUREBLOGS_VAR": str(var), "PORT": str(port)}


def refusal(var: Path, port: object) -> str:
    """The sentence of a start that ends at once."""
    code, said, complaint = run(*COMMAND, env=environment(var, port))
    assert (code, said) == (1, "")
    return complaint


class Launched:
    """One start, its output, and everything that it has started."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.port = port
        self.process = subprocess.Popen(
            COMMAND,
            cwd=BASE_DIR,
            env=environment(var, port),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.output: list[str] = []

    def wait_until_ready(self) -> float:
        """Read until the address is printed; how many seconds that took."""
        started = time.monotonic()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line.rstrip())
            if "The first administrator" in line:
                return time.monotonic() - started
        pytest.fail("\n".join(self.output))

    def groups(self) -> list[int]:
        """The process groups of web, worker, beat, PostgreSQL and Valkey."""
        servers = Servers(self.var)
        return [
            *json.loads((self.var / "processes").read_text()),
            int((servers.postgresql.data / "postmaster.pid").read_text().split()[0]),
            int(servers.valkey.pid_file.read_text()),
        ]

    def end(self, how: signal.Signals) -> float:
        """Send a signal to the launcher alone; how many seconds it took to end."""
        started = time.monotonic()
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=30)
        self.output += rest.splitlines()
        return time.monotonic() - started


def alive(groups: list[int]) -> list[int]:
    """Those that are there; the system takes a moment to bury the children of a killed parent."""
    deadline = time.monotonic() + 2
    while (left := [group for group in groups if _exists(group)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.gettempdir()) / f"sb-{secrets.token_hex(4)}"
    yield folder
    Servers(folder).stop_unused()
    shutil.rmtree(folder)


def python() -> Path:
    """The Python of this run, as somebody in the project's folder names it."""
    path = Path(sys.executable)
    return path.relative_to(BASE_DIR) if path.is_relative_to(BASE_DIR) else path


def get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


@pytest.mark.timeout(300)
def test_a_site_starts_ends_is_killed_and_starts_again(var):
    first = Launched(var, free_port())
    first.wait_until_ready()
    assert get(first.port, "/healthz") == b"ok"
    assert json.loads(get(first.port, "/readyz"))["worker"] is True
    # Nothing greets or warns, whoever runs it; the launcher itself asks /readyz.
    said = [line for line in first.output if not re.match(r"release +\||web .* GET /readyz ", line)]
    ready = f"site    | SecureBlogs is ready: http://localhost:{first.port}/"
    # Anybody may try it out.
    assert b'name="password1"' in get(first.port, "/accounts/signup/")
    assert said[:2] == [f"servers | PostgreSQL and Valkey start in {var}", ready]
    assert [re.split("[:,]", line)[0] for line in said[2:]] == [
        "site    | This is for trying it out. Unlike a real deployment (docs/deploy.md)",
        "site    | - all of it runs as one user",
        "site    | - there is no TLS",
        "site    | - there is no mail server",
        "site    | - anybody may sign up",
        "site    | - one web process answers",
        "site    | The first administrator",
    ]
    assert said[-1].endswith(f": SECUREBLOGS_VAR={var} {python()} manage.py createsuperuser")
    groups = first.groups()
    assert len(groups) == 5
    secret = (var / "secrets" / "secret_key").read_text()

    # Somebody who starts it twice is told; the site that runs is not disturbed.
    told = f"SecureBlogs runs already with {var}: stop it, or set SECUREBLOGS_VAR and PORT for another.\n"
    assert refusal(var, first.port) == told
    assert get(first.port, "/healthz") == b"ok"

    assert first.end(signal.SIGINT) < 10
    assert first.process.returncode == 0
    assert alive(groups) == []

    second = Launched(var, first.port)
    second.wait_until_ready()
    killed = second.groups()
    second.end(signal.SIGKILL)

    third = Launched(var, first.port)
    third.wait_until_ready()
    # The servers that were left are used again, and no process of the second start is.
    assert third.groups()[3:] == killed[3:]
    assert alive(killed[:3]) == []
    assert (var / "secrets" / "secret_key").read_text() == secret

    groups = third.groups()
    assert third.end(signal.SIGTERM) < 10
    assert third.process.returncode == 0
    assert alive(groups) == []


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("http", "PORT is 'http': it has to be a number from 1 to 65535."),
        ("0", "PORT is '0': it has to be a number from 1 to 65535."),
        ("99999", "PORT is '99999': it has to be a number from 1 to 65535."),
        ("taken", "Port {0} is taken: stop what uses it, or choose another with PORT={1}."),
    ],
)
def test_a_port_that_cannot_be_had_is_said_in_one_sentence(tmp_path, port, sentence):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        said = refusal(tmp_path / "var", number if port == "taken" else port)

    assert said == sentence.format(number, number + 1) + "\n"
    assert not (tmp_path / "var" / "postgresql").exists()
