"""Ring a worker. A hint may be lost: the work itself is a row, and the sweep finds what waits too long."""

import json
import logging
import time
from datetime import timedelta
from functools import cache, partial

from celery.signals import before_task_publish
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now
from kombu import Connection, Queue
from kombu.exceptions import ChannelError, LimitExceeded, OperationalError
from kombu.pools import connections, producers
from redis import RedisError

from secureblogs.celery import app
from secureblogs.workers import redis

logger = logging.getLogger(__name__)

UNREACHABLE = (OperationalError, LimitExceeded, OSError, RedisError)
# A message's header: when it was sent, in seconds since 1970.
SENT_AT = "sent_at"


class NoBroker(Exception):
    """Redis can't be asked right now."""


def hint(task: str, pk: int) -> None:
    """After commit, tell a worker that row `pk` has work for `task`; never waits long and never fails."""
    transaction.on_commit(partial(_send, task, pk), robust=True)


@transaction.atomic
def hint_again(unfinished: QuerySet[Model], task: str, *, wait: timedelta, most: int | None = None) -> None:
    """After commit, tell a worker of those of these rows whose hint is older than `wait`, by their `hinted_at`."""
    # A time lies in the future if somebody set the clock back.
    due = unfinished.filter(Q(hinted_at__lt=Now() - wait) | Q(hinted_at__gt=Now())).order_by("hinted_at")
    # A worker has locked rows in hand right now.
    held = due.select_for_update(skip_locked=True, of=("self",))
    pks = list(held.values_list("pk", flat=True)[:most])
    unfinished.filter(pk__in=pks).update(hinted_at=Now())

    def send_all() -> None:
        unsent = [pk for pk in pks if not _send(task, pk)]
        # When Redis goes away just now the next sweep hints again, and not the one after the whole wait.
        unfinished.filter(pk__in=unsent).update(hinted_at=Now() - 2 * wait)

    if pks:
        transaction.on_commit(send_all, robust=True)


def queue_length(task: str) -> int:
    """How many hints wait in the queue of this task, those of its other tasks included. NoBroker."""
    return _length(_queue(task))


def queue_lengths() -> dict[str, int]:
    """How many hints wait in each queue, by its name. NoBroker."""
    return {name: _length(app.amqp.queues[name]) for name in _names()}


def queue_ages() -> dict[str, float]:
    """How many seconds the next hint of each queue has waited, by the queue's name; 0 if none waits. RedisError."""
    return {name: _age(name) for name in _names()}


def purge(task: str) -> None:
    """Empty the queue of this task. NoBroker."""
    try:
        with connections[_connection()].acquire(block=True, timeout=1) as connection:
            _queue(task)(connection.default_channel).purge()
    except UNREACHABLE as error:
        raise NoBroker from error


def _names() -> list[str]:
    routes = settings.CELERY_TASK_ROUTES.values()
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in routes)})


@before_task_publish.connect
def _note_time(*, headers: dict[str, object], **_: object) -> None:
    headers[SENT_AT] = time.time()


def _age(queue: str) -> float:
    # Kombu puts new ones to the left of a list of this name.
    waiting = redis.client().lindex(queue, -1)
    sent_at = json.loads(waiting)["headers"].get(SENT_AT) if isinstance(waiting, bytes) else None
    return max(0.0, time.time() - sent_at) if sent_at else 0.0


def _length(queue: Queue) -> int:
    try:
        with connections[_connection()].acquire(block=True, timeout=1) as connection:
            declared = queue(connection.default_channel).queue_declare(passive=True)
            length = int(declared.message_count)  # type: ignore[union-attr]
    except ChannelError:
        # Redis has no queue that is empty.
        length = 0
    except UNREACHABLE as error:
        raise NoBroker from error
    redis.note_answer()
    return length


def _send(task: str, pk: int) -> bool:
    if redis.is_away():
        return False
    try:
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            app.send_task(task, args=[pk], producer=producer, retry=False)
    except UNREACHABLE as error:
        redis.note_away()
        logger.warning("Hint %s(%s) was not sent: %s", task, pk, type(error).__name__)
        return False
    return True


def _queue(task: str) -> Queue:
    queue: Queue = app.amqp.router.route({}, task)["queue"]
    return queue


@cache
def _connection() -> Connection:
    # A worker may wait long for its next task; a person who publishes may not wait for a Redis that hangs, nor for
    # one that is not there: Kombu itself would try again for six seconds.
    seconds = redis.SECONDS_TO_ANSWER
    options = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "max_retries": 0}
    return app.connection_for_write(transport_options=options)
