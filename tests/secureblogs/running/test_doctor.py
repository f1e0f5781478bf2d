"""The doctor finds what is wrong, one thing at a time, and nothing where nothing is."""

import json
import os
import shutil
import ssl
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyrage
import pytest
from django.core import mail
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.html import escape

from secureblogs.running.doctor import postgresql, queues
from secureblogs.running.doctor.examination import INSIDE, examine
from secureblogs.running.doctor.machine import check_clock
from secureblogs.running.doctor.mail import check_mail
from secureblogs.running.doctor.postgresql import check_log, check_postgresql
from secureblogs.running.doctor.provider import check_provider
from secureblogs.running.doctor.proxies import check_proxies
from secureblogs.running.doctor.queues import check_queues
from secureblogs.running.doctor.secret_files import check_secret_files
from secureblogs.workers import heartbeat, hints, redis
from secureblogs.workers.keys import public_key
from tests.commands import BARE, BASE_DIR, openssl, python
from tests.site import Site, free_port

NOBODY = 65534
ELSEWHERE = "https://blogs.example.org"
# The servers of the tests flush nothing.
ALWAYS = "PostgreSQL does not flush"
QUIET = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "-1",
}


@pytest.fixture
def complete(settings, db, empty_queues) -> Iterator[None]:
    """An installation in which nothing is wrong."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    settings.SECURITY_CONTACTS = ["security@example.org"]
    heartbeat.beat_lives()
    heartbeat.worker_lives()
    client = redis.client()
    before = {name: str(client.config_get(name)[name]) for name in ("appendonly", "maxmemory-policy")}
    client.config_set("appendonly", "yes")
    yield
    for name, value in before.items():
        client.config_set(name, value)


def found() -> list[str]:
    return [str(finding.what) for finding in examine(INSIDE) if not str(finding.what).startswith(ALWAYS)]


@pytest.mark.usefixtures("complete")
def test_nothing_is_found_where_nothing_is_wrong():
    assert found() == []


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("SECRET_KEY", "short", "SECRET_KEY is short"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS takes every name"),
        ("SITE_URL", "http://blogs.example.org", "SITE_URL is no https address"),
        ("IS_HTTPS", True, "TRUSTED_PROXIES is 0"),
        ("ACCOUNT_EMAIL_VERIFICATION", "none", "No mail server is named"),
        ("EMAIL_PORT", 465, "EMAIL_URL names a port and a way to TLS that do not fit"),
        ("ALLOWED_HOSTS", ["elsewhere.example.org"], "ALLOWED_HOSTS lacks the name in SITE_URL"),
        ("BACKUP_RECIPIENTS", [], "No backup can be made"),
        ("BACKUP_RECIPIENTS", ["AGE-SECRET-KEY-1X"], "BACKUP_RECIPIENTS: The recipient is no public key"),
        (
            "STORAGES",
            {"files": {"BACKEND": "no.such.Storage"}},
            "Pictures and files can't be stored: Invalid",
        ),
        ("SECURITY_CONTACTS", [], "Who finds a weakness"),
        ("WEB_THREADS", 150, "PostgreSQL takes 200 connections, and one web process needs up to 153."),
    ],
)
def test_a_setting_that_is_wrong_is_found(settings, name, value, words):
    setattr(settings, name, value)

    assert [what for what in found() if what.startswith(words)]


@pytest.mark.parametrize(
    ("port", "is_ssl", "fits"), [(465, True, True), (587, True, False), (587, False, True), (25, True, True)]
)
@pytest.mark.usefixtures("complete")
def test_ways_to_a_mail_server_that_fit_are_left_alone(settings, port, is_ssl, fits):
    settings.EMAIL_PORT, settings.EMAIL_USE_SSL = port, is_ssl

    assert [what[:15] for what in found()] == ([] if fits else ["EMAIL_URL names"])


PROVIDER = {
    "OIDC_SERVER_URL": "https://login.example.org",
    "OIDC_CLIENT_ID": "secureblogs",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"OIDC_SERVER_URL": ""}, ["OIDC_CLIENT_SECRET is set, but not OIDC_SERVER_URL"]),
        ({"OIDC_SERVER_URL": "", "OIDC_CLIENT_SECRET": ""}, []),
        ({"OIDC_CLIENT_ID": ""}, ["OIDC_SERVER_URL is set, but not what this site is called there"]),
        ({"OIDC_CLIENT_SECRET": ""}, ["OIDC_SERVER_URL is set, but not what this site is called there"]),
        ({"OIDC_SERVER_URL": "http://login.example.org"}, ["OIDC_SERVER_URL is no https address"]),
        ({"OIDC_SERVER_URL": "http://localhost:9000"}, []),
    ],
)
@pytest.mark.usefixtures("complete")
def test_settings_of_a_provider_that_are_half_set_or_unsafe_are_found(settings, changed, words):
    for name, value in (PROVIDER | changed).items():
        setattr(settings, name, value)

    assert [what.partition(":")[0].partition(", with")[0] for what in found()] == words


@pytest.mark.parametrize(
    ("path", "origins", "words"),
    [
        ("", ["https://pages.example.org"], []),
        ("", ["https://login.example.org"], ["The provider asks people at https://pages.example.org"]),
        (
            "/none",
            [],
            ["The provider at http://localhost:{port}/none does not say how to log in: HTTPError."],
        ),
        ("/odd", [], ["The provider at http://localhost:{port}/odd does not say how to log in: KeyError."]),
        (":1", [], ["The provider at http://localhost:{port}:1 does not say how to log in: InvalidURL."]),
    ],
)
def test_a_provider_that_is_away_or_asks_elsewhere_is_found(settings, path, origins, words):
    with discovery() as port:
        url = f"http://localhost:{port}{path}"
        settings.OIDC_SERVER_URL, settings.OIDC_ORIGINS = url, origins
        app = {"provider_id": "provider", "name": "", "client_id": "", "settings": {"server_url": url}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

        found = [str(finding.what).partition(", and")[0] for finding in check_provider()]

    assert found == [each.format(port=port) for each in words]


@contextmanager
def discovery() -> Iterator[int]:
    """The port of a provider that says where it asks people; /odd says nothing, and /none is not there."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_known = self.path.removeprefix("/odd") == "/.well-known/openid-configuration"
            self.send_response(200 if is_known else 404)
            self.end_headers()
            said = (
                {}
                if self.path.startswith("/odd")
                else {"authorization_endpoint": "https://pages.example.org/a"}
            )
            self.wfile.write(json.dumps(said).encode())

    with answering(Provider) as port:
        yield port


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], certificate: Path | None = None) -> Iterator[int]:
    """The port of a server of this kind; with TLS if it has a certificate."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


HSTS = {"Strict-Transport-Security": "max-age=1"}


@pytest.mark.parametrize(
    ("status", "headers", "socket_status", "days", "words"),
    [
        (200, HSTS, 101, 30, []),
        (200, {}, 101, 30, ["The proxy removes the header Strict-Transport-Security."]),
        (200, HSTS, 200, 30, ["The proxy passes no WebSocket on: nobody hears of anything live."]),
        (200, HSTS, 101, 9, ["The certificate ends in 8 days."]),
        (
            301,
            {"Location": "https://localhost/"},
            101,
            30,
            ["The site takes a request by TLS for one without"],
        ),
        (404, {}, 101, 30, ["At https://localhost:{port} something else answers (404)."]),
    ],
)
def test_a_proxy_that_spoils_something_is_found(
    settings, monkeypatch, tmp_path, status, headers, socket_status, days, words
):
    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_socket = self.path.startswith("/ws/")
            body = b"" if is_socket else json.dumps({"address": "127.0.0.1"}).encode()
            self.send_response(socket_status if is_socket else status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    certificate = tmp_path / "certificate.pem"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=localhost"),
        *(
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(certificate),
            "-out",
            str(tmp_path / "out.pem"),
        ),
    )
    certificate.write_text(certificate.read_text() + (tmp_path / "out.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "out.pem"))
    with answering(Proxy, certificate) as port:
        settings.SITE_URL, settings.IS_HTTPS = f"https://localhost:{port}", True
        found = [str(finding.what) for finding in check_proxies()]

    assert [what[: len(said)] for what, said in zip(found, words, strict=True)] == [
        said.format(port=port)[: len(said)] for said in words
    ]


@pytest.mark.usefixtures("complete")
def test_a_full_disk_and_a_storage_that_takes_nothing_are_found(settings, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    settings.FILES_ROOT = str(tmp_path / "file")
    settings.STORAGES = dict(settings.STORAGES)
    assert found() == ["Pictures and files can't be stored: FileExistsError."]

    settings.FILES_ROOT = str(tmp_path)
    settings.STORAGES = dict(settings.STORAGES)
    assert found() == []
    monkeypatch.setattr("shutil.disk_usage", lambda folder: shutil._ntuple_diskusage(100, 95, 5))
    assert f"The disk of {tmp_path} is nearly full." in found()


@pytest.mark.usefixtures("complete")
def test_a_database_that_takes_no_writes_is_found():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

    assert [
        str(finding.what) for finding in check_postgresql() if not str(finding.what).startswith(ALWAYS)
    ] == ["PostgreSQL takes no writes."]


@pytest.mark.usefixtures("complete")
def test_an_old_postgresql_and_a_role_that_may_do_anything_are_found(monkeypatch):
    monkeypatch.setattr(postgresql, "OLDEST", 99)
    with connection.cursor() as cursor:
        # PostgreSQL looks for tables of the session before its own.
        cursor.execute("CREATE TEMPORARY TABLE pg_roles AS SELECT current_user AS rolname, true AS rolsuper")

    assert found() == [
        "PostgreSQL is older than version 99.",
        "The site's role is a superuser of PostgreSQL, which can read the machine's files.",
    ]


@pytest.mark.usefixtures("complete")
def test_an_old_redis_and_a_replica_are_found(monkeypatch):
    info = redis.client().info() | {"redis_version": "6.2.14", "role": "slave"}
    info.pop("valkey_version", None)
    monkeypatch.setattr(redis.client(), "info", lambda: info)

    assert found() == ["Redis is older than version 7.", "Redis is a replica, which takes no writes."]


@pytest.mark.slow
def test_servers_that_are_away_are_found():
    away = {"DATABASE_URL": "postgres://nobody@localhost:1/none", "REDIS_URL": "redis://localhost:1"}
    secrets = {"SECRET_KEY": "none", "SEALING_PUBLIC_KEY": "none", "SITE_URL": "http://localhost:1"}
    code, said, complaint = python("manage.py", "doctor", env=BARE | away | secrets)

    assert (code, "Traceback" in complaint) == (1, False)
    for name in ("PostgreSQL", "Redis"):
        assert f"WRONG: {name} does not answer." in said


@pytest.mark.usefixtures("complete")
def test_a_sealing_key_that_is_none_is_found(settings):
    settings.SEALING_PUBLIC_KEY = "none"
    public_key.cache_clear()
    try:
        assert found() == ["SEALING_PUBLIC_KEY holds no sealing key: nobody can publish."]
    finally:
        public_key.cache_clear()


@pytest.mark.usefixtures("complete")
def test_djangos_own_findings_are_among_them(settings):
    settings.SITE_URL, settings.SECURE_CONTENT_TYPE_NOSNIFF = ELSEWHERE, False

    assert [what for what in found() if what.startswith("security.W006")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"log_min_error_statement": "error"}, ["PostgreSQL logs the statements that fail"]),
        ({"log_error_verbosity": "default"}, ["PostgreSQL logs the rows that break a rule"]),
        ({"log_statement": "mod"}, ["PostgreSQL logs statements with their values"]),
        ({"log_min_duration_statement": "0"}, ["PostgreSQL logs statements with their values"]),
        ({"log_statement": "all", "log_parameter_max_length": "0"}, []),
    ],
)
def test_a_log_that_names_people_is_found(changed, words):
    found = [str(finding.what).split(",")[0].split(":")[0] for finding in check_log(QUIET | changed)]

    assert found == words


@pytest.mark.usefixtures("complete")
def test_a_missing_migration_is_found():
    MigrationRecorder(connection).record_unapplied("posts", "0001_initial")

    assert found() == ["The database lacks 1 migration of this version."]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (heartbeat.BEAT, "No beat runs: nothing looks for unfinished work, and no mail tells of requests."),
        (heartbeat.WORKER, "No worker runs: posts wait, and no mail goes out."),
    ],
)
def test_a_process_that_gives_no_sign_is_found(sign, words):
    redis.client().delete(sign)

    assert found() == [words]


@pytest.mark.usefixtures("complete")
def test_a_sealing_key_that_no_worker_opens_is_found():
    for sign in redis.client().scan_iter("secureblogs:opens:*"):
        redis.client().delete(sign)

    assert [what.split(":")[0] for what in found()] == ["No worker can open what browsers seal"]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("maxmemory-policy", "allkeys-lru", "Redis throws entries away"),
        ("appendonly", "no", "Redis keeps no append-only file"),
    ],
)
def test_a_redis_that_forgets_is_found(name, value, words):
    redis.client().config_set(name, value)

    assert [what[: len(words)] for what in found()] == [words]


@pytest.mark.usefixtures("complete")
def test_a_long_queue_is_found(monkeypatch):
    monkeypatch.setattr(queues, "LONG", 1)
    for number in (1, 2):
        hints._send("accounts.send_mail", number)

    assert found() == ["2 pieces of work wait in the queue 'mail'."]


@pytest.mark.usefixtures("complete")
def test_work_that_nobody_does_is_found(monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 300)
    for number in (1, 2):
        hints._send("posts.wrap_batch", number)
    monkeypatch.setattr(time, "time", lambda: now)
    hints._send("accounts.send_mail", 1)

    words = "The next piece of work in the queue 'batches' has waited for 300 seconds."
    assert [str(finding.what) for finding in check_queues()] == [words]


def test_a_clock_that_is_wrong_is_found(db, monkeypatch):
    assert list(check_clock()) == []
    monkeypatch.setattr("time.time", lambda: 0.0)

    words = [str(finding.what).partition(" and ")[0] for finding in check_clock()]
    assert words == ["The clocks of PostgreSQL", "The clocks of Redis"]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("name", ["SECRET_KEY_FILE", "OIDC_CLIENT_SECRET_FILE"])
def test_secrets_that_everybody_may_read_are_found(tmp_path, monkeypatch, name):
    file = tmp_path / "secret_key"
    file.touch(mode=0o604)
    monkeypatch.setenv(name, str(file))

    assert found() == [f"Every user of this machine may read {file}."]


def test_a_web_user_who_may_read_the_private_key_is_found(tmp_path, settings):
    keys = tmp_path / "sealing_keys.pem"
    keys.touch(mode=0o640)
    settings.SEALING_PRIVATE_KEYS_FILE = str(keys)
    user = os.geteuid()
    if user == 0:
        os.chown(keys, NOBODY, NOBODY)
        os.chown(tmp_path, NOBODY, NOBODY)
        for folder in tmp_path.parents:
            # pytest makes its folders for one user alone.
            if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
                folder.chmod(0o755)
        os.seteuid(NOBODY)
    try:
        assert [str(finding.what).partition(":")[0] for finding in check_secret_files()] == [
            "This user may read the private sealing keys"
        ]
    finally:
        os.seteuid(user)


def test_a_folder_that_the_web_process_may_not_enter_is_as_it_should_be(tmp_path, settings):
    keys = tmp_path / "sealing_keys.pem"
    keys.touch(mode=0o600)
    settings.SEALING_PRIVATE_KEYS_FILE = str(keys)
    tmp_path.chmod(0o600)
    user = os.geteuid()
    if user == 0:
        # No folder is closed to root.
        os.seteuid(NOBODY)
    try:
        with pytest.raises(PermissionError):
            keys.stat()
        assert list(check_secret_files()) == []
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("action", [None, "fail"])
def test_a_mail_to_oneself_is_sent_or_its_failure_found(settings, action):
    if action:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    words = [str(finding.what)[:26] for finding in check_mail("alice@example.org")]

    assert (words, len(mail.outbox)) == ((["The mail server took no mail"[:26]], 0) if action else ([], 1))


def test_administrators_alone_read_it_on_the_first_page(settings, administrator, moderator):
    settings.SECURITY_CONTACTS = []
    words = escape("Who finds a weakness does not learn whom to write to.")

    assert words in administrator.get("/admin/").content.decode()
    assert words not in moderator.get("/admin/").content.decode()


def test_the_version_stands_in_one_place_and_is_shown(administrator, moderator):
    number = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

    assert python("manage.py", "version") == (0, f"{number}\n", "")
    for staff in (administrator, moderator):
        assert f"SecureBlogs {number}" in staff.get("/admin/").content.decode()
    assert f"\n## {number}, " in (BASE_DIR / "CHANGELOG.md").read_text()


def test_a_running_site_is_seen_as_its_visitors_see_it(site):
    code, words = doctor(site)
    wrong = [line for line in words.splitlines() if line.startswith("WRONG")]
    flushes = "PostgreSQL does not flush to the disk (fsync is off): a power cut can destroy the database."
    assert (code, wrong) == (1, [f"WRONG: {flushes}"])

    # Without the proxy that the settings count, a visitor can name any address.
    believing = site.start_another_web("believing", TRUSTED_PROXIES="1")
    assert "WRONG: Visitors can lie about their address" in doctor(site, SITE_URL=believing)[1]
    site.kill("believing")

    words = doctor(site, SITE_URL="http://localhost:1")[1]
    assert "WRONG: The site does not answer at http://localhost:1: " in words


def doctor(site: Site, **environment: str) -> tuple[int, str]:
    code, said, complaint = python("manage.py", "doctor", env=site.environment | environment)
    return code, said + complaint
