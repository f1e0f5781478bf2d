"""The doctor on PostgreSQL."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from secureblogs.running.doctor import postgresql
from secureblogs.running.doctor.postgresql import check_log, check_postgresql
from tests.secureblogs.running.doctor.findings import found, words_of

pytestmark = pytest.mark.usefixtures("complete")
QUIET = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "-1",
}


def test_a_database_that_takes_no_writes_is_found():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

    assert words_of(check_postgresql()) == ["PostgreSQL takes no writes."]


def test_an_old_postgresql_and_a_role_that_may_do_anything_are_found(monkeypatch):
    monkeypatch.setattr(postgresql, "OLDEST", 99)
    with connection.cursor() as cursor:
        # PostgreSQL looks for tables of the session before its own.
        cursor.execute("CREATE TEMPORARY TABLE pg_roles AS SELECT current_user AS rolname, true AS rolsuper")

    assert found() == [
        "PostgreSQL is older than version 99.",
        "The site's role is a superuser of PostgreSQL, which can read the machine's files.",
    ]


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
    assert [what.split(",")[0].split(":")[0] for what in words_of(check_log(QUIET | changed))] == words


def test_a_missing_migration_is_found():
    MigrationRecorder(connection).migration_qs.filter(app="posts").latest("pk").delete()

    assert found() == ["The database lacks 1 migration of this version."]
