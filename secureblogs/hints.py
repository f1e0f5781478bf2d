"""Ring a worker. A hint may be lost: the work itself is a row, and the sweep finds what waits too long."""

import logging
from functools import cache, partial

from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from secureblogs.celery import app

logger = logging.getLogger(__name__)


def hint(task: str, pk: int) -> None:
    """After commit, tell a worker that row `pk` has work for `task`; never waits long and never fails."""
    transaction.on_commit(partial(_send, task, pk), robust=True)


def _send(task: str, pk: int) -> None:
    try:
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            app.send_task(task, args=[pk], producer=producer, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("Hint %s(%s) was not sent: %s", task, pk, type(error).__name__)


@cache
def _connection() -> Connection:
    # A worker may wait long for its next task; a person who publishes may not wait for a Redis that hangs.
    return app.connection_for_write(transport_options={"socket_timeout": 1, "socket_connect_timeout": 1})
