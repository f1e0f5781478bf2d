"""The Celery application: `celery -A secureblogs worker`."""

import os
import signal
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import heartbeat_sent, setup_logging, task_prerun, worker_process_init

from secureblogs.queries.connections import close_ended
from secureblogs.workers import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")

# Celery greets root with ten lines. `make run` may be root, and docs/deploy.md gives workers a user of their own.
warnings.simplefilter("ignore", SecurityWarning)

app = Celery(
    "secureblogs",
    amqp="secureblogs.workers.broker:RetryingAMQP",
    task_cls="secureblogs.workers.tasks:PatientTask",
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery itself would close the connection around every task; a new one costs as much as wrapping fifty keys.
app.conf.CELERY_DB_REUSE_MAX = 1_000
heartbeat_sent.connect(heartbeat.worker_lives)
task_prerun.connect(close_ended)


@setup_logging.connect
def keep_logging(**_: object) -> None:
    """Keep the log as the settings have it: without a receiver Celery puts handlers of its own into its place."""


@worker_process_init.connect
def prepare_process(**_: object) -> None:
    """Prepare a process that runs tasks, one after the other."""
    # A supervisor that stops the worker sends SIGTERM to all its processes, but a task in hand is to be finished: the
    # worker's main process ends this one afterwards.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
