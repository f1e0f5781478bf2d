"""nginx and Caddy with the files of deploy/, before web processes of this machine."""

import getpass
import grp
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import commands
from tests.commands import BASE_DIR, openssl
from tests.deploy.programs import find
from tests.site import free_port

DEPLOY = BASE_DIR / "deploy"
SECONDS_TO_START = 30
NAME = "blogs.example.org"
# What does not concern our file: an nginx without anything else.
AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/errors.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/passing;
    fastcgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    include {folder}/secureblogs.conf;
}}
"""


@dataclass
class Proxy:
    """A running one: `url` is the site's address behind it, `log` where it tells of requests."""

    folder: Path
    port: int
    plain_port: int
    log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "fullchain.pem"

    def trust(self) -> ssl.SSLContext:
        """For clients that trust its certificate, which nobody else does."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make_proxy(folder: Path, log: str) -> Proxy:
    """Ports that are free and a certificate for them; nothing runs yet."""
    folder.mkdir()
    made = Proxy(folder, free_port(), free_port(), folder / log)
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", str(folder / "privkey.pem"), "-out", str(made.certificate)),
    )  # fmt: skip
    return made


@contextmanager
def nginx(proxy: Proxy, ports: Sequence[int]) -> Iterator[None]:
    """nginx with deploy/nginx.conf, which passes on to these two ports, until the `with` ends."""
    first, second = ports
    text = _replaced(
        DEPLOY / "nginx.conf",
        {
            f"/etc/letsencrypt/live/{NAME}": str(proxy.folder),
            f"server_name {NAME};": "server_name localhost;",
            "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
            "listen [::]:80;": "",
            "listen 443 ": f"listen 127.0.0.1:{proxy.port} ",
            "listen [::]:443 ssl http2;": "",
            "127.0.0.1:8000": f"127.0.0.1:{first}",
            "127.0.0.1:8001": f"127.0.0.1:{second}",
            "/var/log/secureblogs": str(proxy.folder),
            "/var/cache/secureblogs": str(proxy.folder / "files"),
        },
    )
    (proxy.folder / "secureblogs.conf").write_text(text)
    around = proxy.folder / "nginx.conf"
    # It would give its work to a user who may not read the folders of the tests.
    user = "" if os.geteuid() else "user root;"
    around.write_text(AROUND.format(folder=proxy.folder, user=user))
    command = [
        find("nginx"),
        "-p",
        str(proxy.folder),
        "-c",
        str(around),
        "-e",
        str(proxy.folder / "errors.log"),
    ]
    code, _, words = commands.run(*command, "-t", "-q")
    # Newer ones have another line for it, as the file says.
    complaints = [line for line in words.splitlines() if 'http2" directive is deprecated' not in line]
    assert (code, complaints) == (0, [])
    with _running(command, proxy):
        yield


@contextmanager
def caddy(proxy: Proxy, ports: Sequence[int]) -> Iterator[None]:
    """Caddy with deploy/Caddyfile, likewise."""
    first, second = ports
    key = proxy.folder / "privkey.pem"
    text = _replaced(
        DEPLOY / "Caddyfile",
        {
            f"\n{NAME} {{": f"\nhttps://localhost:{proxy.port} {{\n\ttls {proxy.certificate} {key}",
            "127.0.0.1:8000": f"127.0.0.1:{first}",
            "127.0.0.1:8001": f"127.0.0.1:{second}",
            "/var/log/caddy/secureblogs.log": str(proxy.log),
        },
    )
    file = proxy.folder / "Caddyfile"
    # It would listen for orders, and on port 80.
    file.write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
    environment = {"PATH": os.environ["PATH"], "HOME": str(proxy.folder), "XDG_DATA_HOME": str(proxy.folder)}
    with _running([find("caddy"), "run", "--config", str(file)], proxy, environment):
        yield


def rotate(proxy: Proxy) -> None:
    """Have logrotate do at once what deploy/logrotate says."""
    file = proxy.folder / "logrotate"
    own = f"{getpass.getuser()} {grp.getgrgid(os.getegid()).gr_name}"
    changed = {
        "/var/log/secureblogs/*.log": str(proxy.log),
        "www-data adm": own,
        "/run/nginx.pid": str(proxy.folder / "nginx.pid"),
    }
    file.write_text(_replaced(DEPLOY / "logrotate", changed))
    file.chmod(0o644)
    assert commands.run(find("logrotate"), "--force", "--state", f"{file}.state", file) == (0, "", "")


def _replaced(file: Path, changed: Mapping[str, str]) -> str:
    """The text of a file with the places of this machine: each of them stands in it."""
    text = file.read_text()
    for before, after in changed.items():
        assert before in text, f"{file.name} has no {before!r} any more."
        text = text.replace(before, after)
    return text


@contextmanager
def _running(
    command: list[str], proxy: Proxy, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    with (proxy.folder / "words.log").open("ab") as words:
        process = subprocess.Popen(
            command, env=environment, stdout=words, stderr=words, start_new_session=True
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not _listens(proxy.port):
            assert process.poll() is None, (proxy.folder / "words.log").read_text()
            assert time.monotonic() < deadline, "The proxy does not listen."
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
