"""The Celery application: `celery -A secureblogs worker`."""

import os

from celery import Celery
from celery.signals import heartbeat_sent

from secureblogs import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")

app = Celery("secureblogs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
heartbeat_sent.connect(heartbeat.beat)
