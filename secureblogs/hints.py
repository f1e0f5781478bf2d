"""Ring a worker. A hint may be lost: the work itself is a row, and the sweep finds what waits too long."""

import logging
import time
from functools import cache, partial

from django.db import transaction
from kombu import Connection, Queue
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import connections, producers
from redis import RedisError

from secureblogs.celery import app

logger = logging.getLogger(__name__)

# After a failure nobody tries for so long: a Redis that hangs costs a second, not one for each batch of a group.
SECONDS_OF_SILENCE = 2
_silent_until = 0.0
UNREACHABLE = (OperationalError, LimitExceeded, OSError, RedisError)


class NoBroker(Exception):
    """Redis can't be asked right now."""


def hint(task: str, pk: int) -> None:
    """After commit, tell a worker that row `pk` has work for `task`; never waits long and never fails."""
    transaction.on_commit(partial(_send, task, pk), robust=True)


def waiting(task: str) -> int:
    """How many hints wait in the queue of this task, those of its other tasks included. NoBroker."""
    try:
        with connections[_connection()].acquire(block=True, timeout=1) as connection:
            declared = _queue(task)(connection.default_channel).queue_declare(passive=True)
            return int(declared.message_count)  # type: ignore[union-attr]
    except ChannelError:
        # Redis has no queue that is empty.
        return 0
    except UNREACHABLE as error:
        raise NoBroker from error


def forget(task: str) -> None:
    """Empty the queue of this task. NoBroker."""
    try:
        with connections[_connection()].acquire(block=True, timeout=1) as connection:
            _queue(task)(connection.default_channel).purge()
    except UNREACHABLE as error:
        raise NoBroker from error


def _send(task: str, pk: int) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            app.send_task(task, args=[pk], producer=producer, retry=False)
    except UNREACHABLE as error:
        _silent_until = time.monotonic() + SECONDS_OF_SILENCE
        logger.warning("Hint %s(%s) was not sent: %s", task, pk, type(error).__name__)


def _queue(task: str) -> Queue:
    queue: Queue = app.amqp.router.route({}, task)["queue"]
    return queue


@cache
def _connection() -> Connection:
    # A worker may wait long for its next task; a person who publishes may not wait for a Redis that hangs, nor for
    # one that is not there: Kombu itself would try again for six seconds.
    options = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
    return app.connection_for_write(transport_options=options)
