"""The Celery application: `celery -A secureblogs worker`."""

import os
import signal

from celery import Celery
from celery.signals import heartbeat_sent, task_prerun, worker_process_init
from django.db import close_old_connections, connections

from secureblogs import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")

app = Celery("secureblogs", amqp="secureblogs.broker:PatientAMQP")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery itself would close the connection around every task; a new one costs as much as wrapping fifty keys.
app.conf.CELERY_DB_REUSE_MAX = 1_000
heartbeat_sent.connect(heartbeat.beat)


@worker_process_init.connect
def prepare_process(**_: object) -> None:
    """Of a process that runs tasks, one after the other."""
    # Whoever stops the worker sends this to all its processes, but a task in hand shall be finished: the worker's
    # main process ends this one afterwards.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # It may keep its connection, unless that is found to be broken.
    # No pool beside it, also where the environment of the web processes is this one's too.
    database = connections.settings["default"]
    database["OPTIONS"] = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


@task_prerun.connect
def close_old_connection(**_: object) -> None:
    """As Django does before every request."""
    close_old_connections()
