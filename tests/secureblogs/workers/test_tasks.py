"""What a worker says of its tasks."""

import logging

import pytest
from django.db import ProgrammingError, connection

from posts.files import cleaning
from posts.tasks import clear_files, sweep
from secureblogs.celery import app
from secureblogs.workers import hints
from tests.test_read_only import read_only

pytestmark = pytest.mark.django_db(transaction=True)

SAYS = "posts.clear_files is done later: PostgreSQL does not answer as it should: "


def test_one_line_says_that_postgresql_takes_no_writes(caplog):
    with read_only():
        clear_files()

    words = f"{SAYS}cannot execute UPDATE in a read-only transaction"
    assert caplog.record_tuples == [("secureblogs.workers.tasks", logging.WARNING, words)]
    assert not caplog.records[0].exc_info


def test_one_line_says_that_postgresql_is_away(caplog, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")

    clear_files()

    server = 'connection to server at "127.0.0.1", port 1 failed: Connection refused'
    words = f"{SAYS}connection failed: {server}"
    assert caplog.record_tuples == [("secureblogs.workers.tasks", logging.WARNING, words)]


def test_one_line_says_that_redis_is_away(caplog, monkeypatch):
    nowhere = app.connection_for_write("redis://127.0.0.1:1/0", transport_options={"max_retries": 0})
    monkeypatch.setattr(hints, "_connection", lambda: nowhere)

    sweep()

    words = "posts.sweep is done later: Redis does not answer, or refuses what the site asks."
    assert caplog.record_tuples == [("secureblogs.workers.tasks", logging.WARNING, words)]


def test_a_mistake_of_ours_is_left_to_celery_to_tell_with_its_traceback(caplog, monkeypatch):
    def fail() -> None:
        raise ProgrammingError("no such column")

    monkeypatch.setattr(cleaning, "clear", fail)

    assert clear_files.apply().failed()
    assert [(record.name, record.levelname, bool(record.exc_info)) for record in caplog.records] == [
        ("celery.app.trace", "ERROR", True)
    ]
