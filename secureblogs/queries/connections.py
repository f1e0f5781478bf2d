"""The connection that each thread and process keeps to the database."""

import select

from django.db import close_old_connections, connections


def close_ended(**_: object) -> None:
    """Close the connections of this thread that are old, broken, or ended by PostgreSQL since they were last used.

    For a request, a task or a look that begins. Django's own check asks the database a question each time; an idle
    connection has something to read only when the other side has said good-bye, which costs a system call to see.
    """
    close_old_connections()
    for database in connections.all(initialized_only=True):
        held = database.connection
        if held is not None and (held.closed or _can_be_read(held.fileno())):
            database.close()


def _can_be_read(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
