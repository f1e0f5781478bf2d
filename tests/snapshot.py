"""The rows of all tables, to be put back as often as it takes."""

from django.db import connection, transaction


class Snapshot:
    """A copy of every table, in a schema beside them."""

    def __init__(self, name: str) -> None:
        self._schema = connection.ops.quote_name(f"snapshot of {name}")
        self._tables = connection.introspection.django_table_names(only_existing=True, include_views=False)

    def take(self) -> None:
        """Copy what is there."""
        # A database that is used again has the copy of the run before.
        anew = f"DROP SCHEMA IF EXISTS {self._schema} CASCADE; CREATE SCHEMA {self._schema}"
        self._execute(anew, self._of_each("CREATE TABLE {copy} AS TABLE {table}"))

    def put_back(self) -> None:
        """Let nothing be there but what was copied, under the same numbers."""
        # PostgreSQL checks foreign keys at the end of the transaction, so the order does not matter.
        self._execute(self._of_each("DELETE FROM {table}"), self._of_each("INSERT INTO {table} TABLE {copy}"))

    def forget(self) -> None:
        """Drop the copy."""
        self._execute(self._of_each("DROP TABLE {copy}"), f"DROP SCHEMA {self._schema}")

    def _of_each(self, statement: str) -> str:
        tables = {table: f"{self._schema}.{table}" for table in map(connection.ops.quote_name, self._tables)}
        return "; ".join(statement.format(table=table, copy=copy) for table, copy in tables.items())

    @transaction.atomic
    def _execute(self, *statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements))
