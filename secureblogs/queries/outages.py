"""Whether an error of the database is an outage of the server, and no fault of the statement."""

from django.db import InterfaceError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction


def is_outage(error: BaseException) -> bool:
    """Return whether the same work may succeed later: PostgreSQL is away, full, restarting, or takes no writes."""
    # After a failover, a standby answers and refuses to write. For Django that is an error inside PostgreSQL.
    is_read_only = isinstance(error.__cause__, ReadOnlySqlTransaction)
    return is_read_only or isinstance(error, OperationalError | InterfaceError)


def first_words(error: BaseException) -> str:
    """Return the first line of what PostgreSQL or psycopg says of an error: there is no password in it."""
    return str(error).partition("\n")[0]
