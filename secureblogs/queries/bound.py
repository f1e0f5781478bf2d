"""Statements with their values, ready to be asked: one alone, or several in one round trip to PostgreSQL."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

Parameter = bool | int | str | UUID | datetime | list[int] | list[str] | list[UUID] | None
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query with its values, ready to be asked."""

    sql: str
    parameters: Sequence[Parameter]

    def rows(self) -> list[Row]:
        """What is found."""
        (rows,) = rows_of(self)
        return rows

    def count(self) -> int:
        """How many rows are found; compose it without an order."""
        (number,) = counts(self)
        return number


def rows_of(*queries: BoundQuery) -> list[list[Row]]:
    """What each of them finds, in one round trip.

    PostgreSQL takes them one after the other: each locks, waits and looks as if it had been sent when the one before
    was answered. If one fails, none of those behind it is begun.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    cursors = [_cursor(database) for _ in queries]
    # All answers are there when the pipeline ends: to fetch one before that takes a round trip more.
    with database.wrap_database_errors, database.connection.pipeline() if queries[1:] else nullcontext():
        for cursor, query in zip(cursors, queries, strict=True):
            cursor.execute(query.sql, query.parameters)
    return [cursor.fetchall() for cursor in cursors]


def counts(*queries: BoundQuery) -> list[int]:
    """How many rows each of them finds, in one statement."""
    columns = ", ".join(f"(SELECT count(*) FROM ({query.sql}) AS counted)" for query in queries)  # noqa: S608
    parameters = [parameter for query in queries for parameter in query.parameters]
    (row,) = BoundQuery(f"SELECT {columns}", parameters).rows()
    return [int(str(number)) for number in row]


def _cursor(database: BaseDatabaseWrapper) -> CursorWrapper:
    if database.queries_logged:
        # Where statements are logged, Django reads what was sent from cursors of its own.
        return database.cursor()
    # Django's cursors write the values into the statement, and PostgreSQL parses and plans each anew. This one sends
    # them apart: a connection prepares the statement when it is first asked (settings.py).
    return CursorWrapper(Cursor(database.connection), database)
