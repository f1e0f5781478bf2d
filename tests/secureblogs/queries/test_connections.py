"""The connection that a thread keeps: it is used again, and let go when PostgreSQL has ended it."""

import pytest
from django.db import connection

from secureblogs.queries.connections import close_ended
from tests.concurrently import concurrently


def backend() -> int:
    """The process of PostgreSQL that serves this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def end(pid: int) -> None:
    with connection.cursor() as cursor:
        # It answers when the process is gone.
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_holds_is_kept_and_one_that_was_ended_is_not(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)

    def look() -> tuple[bool, bool]:
        first = backend()
        close_ended()
        is_kept = backend() == first
        with concurrently() as run:
            run(end, first).result()
        close_ended()
        return is_kept, backend() == first

    with concurrently() as run:
        assert run(look).result() == (True, False)
