"""`make run` starts servers if none are named, the release step, then the processes of the Procfile."""

import errno
import fcntl
import http.client
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from secureblogs import local
from secureblogs.running import environment
from secureblogs.running.processes import Backoff, Processes, read_procfile, say

SECONDS_TO_ANSWER = 60
# The processes end first, then the servers below them: ten seconds after the request all of it has ended.
SECONDS_TO_STOP = 10


def main() -> None:
    """Run the site until a signal ends it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    environment.read_file()
    var = environment.var_dir()
    servers = None if environment.names_servers() else local.Servers(var)
    try:
        local.make_folders(var)
    except local.CannotStart as error:
        sys.exit(str(error))
    with (var / "running").open("a") as only_one:
        try:
            fcntl.flock(only_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(
                f"SecureBlogs runs already with {var}: stop it, or set SECUREBLOGS_VAR and PORT for another."
            )
        _run(servers, var)


def _run(servers: local.Servers | None, var: Path) -> None:
    commands = read_procfile(environment.BASE_DIR / "Procfile")
    processes = Processes(
        commands, cwd=environment.BASE_DIR, environment=os.environ, record=var / "processes"
    )
    try:
        processes.end_leftovers()
        port = _free_port()
        if servers is not None:
            say("servers", f"PostgreSQL and Valkey start in {var}")
            local.use(servers)
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        os.environ |= {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
        if processes.run("release"):
            sys.exit("The site was not started: its release step failed, and its last lines stand above.")
        processes.start("worker", "beat", "web")
        _wait_for_answers(processes, port)
        backoff = Backoff()
        while True:
            if servers is not None and backoff.is_over():
                _keep_running(servers, backoff)
            processes.keep_running()
            time.sleep(0.5)
    except local.CannotStart as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        say("site", "stops")
    finally:
        processes.stop(within=SECONDS_TO_STOP)
        if servers is not None:
            servers.stop()


def _keep_running(servers: local.Servers, backoff: Backoff) -> None:
    try:
        servers.keep_running()
    except local.CannotStart as error:
        # A full disk, for one, may be emptied.
        say("servers", f"{error} Another try follows in {backoff.fail():.0f} s.")


def _stop(number: int, frame: FrameType | None) -> None:
    # A second signal must not interrupt the end, which is short.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _free_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT is {text!r}: it has to be a number from 1 to 65535.")
    port = int(text)
    with socket.socket(socket.AF_INET6 if ":" in _bind_address() else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_bind_address(), port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(f"Port {port} is taken: stop what uses it, or choose another with PORT={port + 1}.")
            sys.exit(f"Port {port} can't be used ({error.strerror}): choose another with PORT={port + 1}.")
    return port


def _bind_address() -> str:
    return os.environ.get("BIND") or "127.0.0.1"


def _wait_for_answers(processes: Processes, port: int) -> None:
    """Print the address as soon as the web process answers and a worker is there."""
    address = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    for path, pause in (("/healthz", 0.1), ("/readyz", 0.5)):
        while _status(port, path, host=urlsplit(address).netloc) != 200:
            processes.keep_running()
            if time.monotonic() > deadline:
                sys.exit(f"The site does not answer {path}: the last lines of its processes stand above.")
            time.sleep(pause)
    for line in _last_words(address.rstrip("/")):
        say("site", line)


def _last_words(address: str) -> Iterator[str]:
    """What somebody needs to go on, and what of a real deployment they do without."""
    yield f"SecureBlogs is ready: {address}/"
    yield "This is for trying it out. Unlike a real deployment (docs/deploy.md):"
    yield "- all of it runs as one user: who breaks into the web process can read the workers' sealing key."
    if not address.startswith("https://"):
        yield "- there is no TLS: browsers make and keep keys on localhost alone, and no other device gets in."
    if not (os.environ.get("EMAIL_URL") or os.environ.get("EMAIL_URL_FILE")):
        yield "- there is no mail server: mail is printed here, and nobody confirms an address."
    if (os.environ.get("SIGNUP") or "open") == "open":
        yield "- anybody may sign up: SIGNUP decides about that."
    yield "- one web process answers, and nothing looks after backups, logs and certificates."
    python = Path(sys.executable)
    if python.is_relative_to(environment.BASE_DIR):
        python = python.relative_to(environment.BASE_DIR)
    var = os.environ.get("SECUREBLOGS_VAR")
    command = f"{f'SECUREBLOGS_VAR={shlex.quote(var)} ' if var else ''}{python} manage.py createsuperuser"
    yield f"The first administrator, for {address}/admin/, is made by: {command}"


def _status(port: int, path: str, *, host: str) -> int | None:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    address = _bind_address()
    connection = http.client.HTTPConnection(everywhere.get(address, address), port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # A signal came before anything was started.
        sys.exit(130)
