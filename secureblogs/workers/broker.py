"""Workers and beat hold on to Redis and to time: no outage and no jump of the clock costs more than itself."""

import logging
import time

from celery.app.amqp import AMQP
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.schedules import schedule
from kombu import Connection
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import ResponseError

from secureblogs.workers import heartbeat, redis

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 1
PROBE = "secureblogs:probe"


class RetryingConnection(Connection):
    """A connection that tries again every second. Celery's own pauses grow, and work would wait for them."""

    def ensure_connection(self, *args: object, **options: object) -> "RetryingConnection":
        pause = SECONDS_BETWEEN_TRIES
        options |= {"interval_start": pause, "interval_step": 0, "interval_max": pause}
        return super().ensure_connection(*args, **options)  # type: ignore[arg-type]

    def _establish_connection(self) -> object:
        """Called by Kombu. A Redis that answers and takes no writes, as after a failover, is away until it does."""
        try:
            redis.client().set(PROBE, "here", ex=1)
        except ResponseError as refusal:
            raise RedisAway(str(refusal)) from refusal
        return super()._establish_connection()


class RetryingAMQP(AMQP):
    """Celery's way to Redis over such connections."""

    Connection = RetryingConnection


class MonotonicScheduler(Scheduler):
    """Beat by a clock that never jumps. Celery's own does nothing for as long as the day's clock was set back."""

    def setup_schedule(self) -> None:
        # Each entry's name, and the moment when it is due.
        self._due: dict[str, float] = {}
        super().setup_schedule()

    def tick(self, *_: object, **__: object) -> float:
        """Run what is due, say that beat lives, and return the seconds until there is something to do again."""
        heartbeat.beat_lives()
        for name, entry in list(self.schedule.items()):
            assert isinstance(entry.schedule, schedule)
            if self._due.setdefault(name, 0) <= time.monotonic():
                self._apply(entry)
                self._due[name] = time.monotonic() + entry.schedule.seconds
        next_due = min(self._due.values()) - time.monotonic()
        return min(heartbeat.SECONDS_BETWEEN, max(0.0, next_due))

    def _apply(self, entry: ScheduleEntry) -> None:
        # Celery's own way to say that Redis is away takes two hundred lines, every second.
        try:
            self.apply_async(entry, producer=self.producer)
        except SchedulingError as error:
            logger.warning("%s was not sent: %s", entry.task, type(error.__context__).__name__)
