"""How workers and beat hold on to Redis and to time: no outage or jump of the clock costs more than itself."""

import time

from celery.app.amqp import AMQP
from celery.beat import Scheduler
from celery.schedules import schedule
from kombu import Connection

SECONDS_BETWEEN_TRIES = 1


class PatientConnection(Connection):
    """Tries again every second while Redis is away. Celery's own pauses grow, and work would wait for them."""

    def ensure_connection(self, *args: object, **options: object) -> "PatientConnection":
        pause = SECONDS_BETWEEN_TRIES
        options |= {"interval_start": pause, "interval_step": 0, "interval_max": pause}
        return super().ensure_connection(*args, **options)  # type: ignore[arg-type]


class PatientAMQP(AMQP):
    """Celery's way to Redis, over such connections."""

    Connection = PatientConnection


class SteadyScheduler(Scheduler):
    """Runs each entry at its interval. Celery's own does nothing for as long as the clock of the day was set back."""

    def setup_schedule(self) -> None:
        # By name, when it is due by a clock that never jumps.
        self._due: dict[str, float] = {}
        super().setup_schedule()

    def tick(self, *_: object, **__: object) -> float:
        """Run what is due; the seconds until the next one."""
        for name, entry in list(self.schedule.items()):
            assert isinstance(entry.schedule, schedule)
            if self._due.setdefault(name, 0) <= time.monotonic():
                self.reserve(entry)
                self.apply_entry(entry, producer=self.producer)
                self._due[name] = time.monotonic() + entry.schedule.seconds
        return max(0.0, min(self._due.values()) - time.monotonic())
