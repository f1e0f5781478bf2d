"""The doctor finds what is wrong, one thing at a time, and nothing where nothing is."""

import os
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.html import escape

from secureblogs.running.doctor import queues
from secureblogs.running.doctor.examination import INSIDE, examine
from secureblogs.running.doctor.machine import check_clock
from secureblogs.running.doctor.mail import check_mail
from secureblogs.running.doctor.postgresql import check_log
from secureblogs.running.doctor.secret_files import check_secret_files
from secureblogs.workers import heartbeat, hints, redis
from tests.commands import python
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
def complete(settings, db) -> Iterator[None]:
    """An installation in which nothing is wrong."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.BACKUP_RECIPIENTS = ["age1x"]
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
        ("BACKUP_RECIPIENTS", [], "No backup can be made"),
        ("SECURITY_CONTACTS", [], "Who finds a weakness"),
        ("WEB_THREADS", 150, "PostgreSQL takes 200 connections, and one web process needs up to 153."),
    ],
)
def test_a_setting_that_is_wrong_is_found(settings, name, value, words):
    setattr(settings, name, value)

    assert [what for what in found() if what.startswith(words)]


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


@pytest.mark.usefixtures("complete", "empty_queues")
def test_a_long_queue_is_found(monkeypatch):
    monkeypatch.setattr(queues, "LONG", 1)
    for number in (1, 2):
        hints._send("accounts.send_mail", number)

    assert found() == ["2 pieces of work wait in the queue 'mail'."]


def test_a_clock_that_is_wrong_is_found(db, monkeypatch):
    assert list(check_clock()) == []
    monkeypatch.setattr("time.time", lambda: 0.0)

    words = [str(finding.what).partition(" and ")[0] for finding in check_clock()]
    assert words == ["The clocks of PostgreSQL", "The clocks of Redis"]


@pytest.mark.usefixtures("complete")
def test_secrets_that_everybody_may_read_are_found(tmp_path, monkeypatch):
    file = tmp_path / "secret_key"
    file.touch(mode=0o604)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))

    assert found() == [f"Every user of this machine may read {file}."]


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
