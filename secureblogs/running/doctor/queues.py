"""What waits for a worker."""

from django.utils.translation import gettext as _

from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.workers import hints

LONG = 1_000


def check_queues() -> Findings:
    """Look at how many hints wait in each queue. NoBroker while Redis is away."""
    for queue, waiting in hints.queue_lengths().items():
        if waiting > LONG:
            yield Finding(
                _("%(number)d pieces of work wait in the queue '%(queue)s'.")
                % {"number": waiting, "queue": queue},
                _("See that a worker serves it (WORKER_QUEUES), or start more workers."),
                is_warning=True,
            )
