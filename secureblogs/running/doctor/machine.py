"""This machine: its clock and its disk."""

import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils.translation import gettext as _

from secureblogs.http import file_storage
from secureblogs.running import environment
from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.workers import redis

LARGEST_DIFFERENCE = 5.0  # seconds
LEAST_SPACE = 0.1  # of a disk


def check_clock() -> Findings:
    """Compare this machine's clock with those of the servers. OperationalError, RedisError while one is away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        ((there,),) = cursor.fetchall()
    for name, seconds in (("PostgreSQL", float(there)), ("Redis", redis.client().time()[0])):
        if abs(seconds - time.time()) > LARGEST_DIFFERENCE:
            yield Finding(
                _("The clocks of %(server)s and of this machine differ by %(seconds)d seconds.")
                % {"server": name, "seconds": abs(seconds - time.time())},
                _("Run a time service on both, such as chrony: links and sessions end by the clock."),
            )


def check_disk() -> Findings:
    """Look at the disks of the site's own folders."""
    for folder in {str(environment.var_dir()), settings.STATIC_ROOT, settings.FILES_ROOT}:
        if not Path(folder).exists():
            continue
        usage = shutil.disk_usage(folder)
        if usage.free < LEAST_SPACE * usage.total:
            yield Finding(
                _("The disk of %(folder)s is nearly full.") % {"folder": folder},
                _(
                    "Make room: on a full disk nobody can upload, and a PostgreSQL on the same one takes no writes."
                ),
            )


def check_files() -> Findings:
    """Try to store and delete a file, as this process does with those of posts."""
    try:
        storage = file_storage.files()
        storage.delete(storage.save("doctor", ContentFile(b"")))
    except Exception as error:  # Each storage has errors of its own.
        yield Finding(
            _("Pictures and files can't be stored: %(error)s.") % {"error": type(error).__name__},
            _("Let web processes and workers write to FILES_ROOT, or look at FILES_STORAGE."),
        )
