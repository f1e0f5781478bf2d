"""What waits for a worker."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.workers import hints

LONG = 1_000
# A large group's batches wait for each other, but not so long; everything else is done in seconds.
OLD = 120  # seconds


def check_queues() -> Findings:
    """Look at how many hints wait in each queue, and for how long. NoBroker, RedisError while Redis is away."""
    for queue, waiting in hints.queue_lengths().items():
        if waiting > LONG:
            yield Finding(
                ngettext(
                    "%(number)d piece of work waits in the queue '%(queue)s'.",
                    "%(number)d pieces of work wait in the queue '%(queue)s'.",
                    waiting,
                )
                % {"number": waiting, "queue": queue},
                _("See that a worker serves it (WORKER_QUEUES), or start more workers."),
                is_warning=True,
            )
    for queue, seconds in hints.queue_ages().items():
        if seconds > OLD:
            yield Finding(
                ngettext(
                    "The next piece of work in the queue '%(queue)s' has waited for %(seconds)d second.",
                    "The next piece of work in the queue '%(queue)s' has waited for %(seconds)d seconds.",
                    int(seconds),
                )
                % {"queue": queue, "seconds": seconds},
                _("See that a worker serves it (WORKER_QUEUES), and read the worker's log."),
            )
