"""The rows of a running site's database, as a thief of a copy sees them."""

import psycopg
from psycopg import sql

COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    ORDER BY 1, 2
"""


def where_is(database_url: str, needle: str) -> list[str]:
    """Every `table.column` with a value that contains these characters, whatever its type."""
    found = []
    with psycopg.connect(database_url) as connection:
        for table, column, kind in connection.execute(COLUMNS).fetchall():
            # The bytes of a binary column, the written form of everything else.
            value = sql.SQL("{}" if kind == "bytea" else "convert_to({}::text, 'UTF8')").format(
                sql.Identifier(column)
            )
            question = sql.SQL("SELECT count(*) FROM {} WHERE position(%b IN {}) > 0").format(
                sql.Identifier(table), value
            )
            (count,) = connection.execute(question, [needle.encode()]).fetchone() or (0,)
            if count:
                found.append(f"{table}.{column}")
    return found


def change(database_url: str, statement: str, **values: object) -> int:
    """Change rows behind the site's back; how many there were."""
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement.encode(), values).rowcount


def value_of(database_url: str, question: str, **values: object) -> object:
    """The one value that the rows hold."""
    with psycopg.connect(database_url) as connection:
        (value,) = connection.execute(question.encode(), values).fetchone() or (None,)
    return value
