"""The rows of all tables, to be put back as often as it takes."""

from collections.abc import Collection

from django.db import connection, transaction

from secureblogs.queries.bound import BoundQuery

# Where each row stands, and the transaction that wrote it there: PostgreSQL gives every change another of the two.
MARK = "(SELECT '{table}', sum(hashtextextended(ctid::text || ' ' || xmin::text, 0)) FROM {table})"


class Snapshot:
    """A copy of every table, in a schema beside them."""

    def __init__(self, name: str) -> None:
        self._schema = connection.ops.quote_name(f"snapshot of {name}")
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        self._tables = [connection.ops.quote_name(name) for name in names]
        self._marks: dict[str, object] = {}

    @transaction.atomic
    def take(self) -> None:
        """Copy what is there."""
        # A database that is used again has the copy of the run before.
        self._execute(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE; CREATE SCHEMA {self._schema}")
        self._execute(self._of_each("CREATE TABLE {copy} AS TABLE {table}", self._tables))
        self._marks = self._marks_of(self._tables)

    @transaction.atomic
    def put_back(self) -> None:
        """Let nothing be there but what was copied, under the same numbers."""
        marks = self._marks_of(self._tables)
        if changed := [table for table in self._tables if marks[table] != self._marks[table]]:
            # PostgreSQL checks foreign keys at the end of the transaction, so the order does not matter.
            self._execute(self._of_each("DELETE FROM {table}", changed))
            self._execute(self._of_each("INSERT INTO {table} TABLE {copy}", changed))
            self._marks |= self._marks_of(changed)

    def forget(self) -> None:
        """Drop the copy."""
        self._execute(f"DROP SCHEMA {self._schema} CASCADE")

    def _marks_of(self, tables: Collection[str]) -> dict[str, object]:
        # Prepared: PostgreSQL plans all tables for six milliseconds, and looks for one.
        marks = BoundQuery(" UNION ALL ".join(MARK.format(table=table) for table in tables), []).rows()
        return {str(table): mark for table, mark in marks}

    def _of_each(self, statement: str, tables: Collection[str]) -> str:
        return "; ".join(statement.format(table=table, copy=f"{self._schema}.{table}") for table in tables)

    def _execute(self, statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statements)
