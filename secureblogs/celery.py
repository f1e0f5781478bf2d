"""The Celery application: `celery -A secureblogs worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")

app = Celery("secureblogs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
