"""The site that is measured: real processes on durable servers of their own, in a folder that is thrown away."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from secureblogs.embedded import Servers

REPEATS = 5


@contextmanager
def servers() -> Iterator[Path]:
    """PostgreSQL and Valkey as `make run` has them, in the environment of this process."""
    os.environ["ENV_FILE"] = os.devnull
    folder = Path(tempfile.mkdtemp(prefix="secureblogs-bench-"))
    folder.chmod(0o711)
    started = Servers(folder / "servers", durable=True)
    try:
        started.start()
        os.environ |= started.environment()
        yield folder
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def site(folder: Path):
    from tests.site import drop_database, make_site

    made = make_site(folder)
    os.environ |= made.environment
    django.setup()
    try:
        for name in ("web", "worker"):
            made.start(name)
        made.wait_until_ready()
        yield made
    finally:
        from django.db import connections

        connections.close_all()
        for name in list(made.processes):
            made.kill(name, signal.SIGTERM)
        drop_database(made.database_url)
