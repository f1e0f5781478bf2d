"""Back the database and the stored files up while the site runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from secureblogs.queries import backup_locks
from secureblogs.running.backups import archives
from secureblogs.running.backups.archives import Manifest, NotABackup
from secureblogs.running.backups.clients import Client, Told
from secureblogs.running.backups.contents import Frames
from secureblogs.version import version


def back_up(target: BinaryIO, *, recipients: list[str], told: Told) -> None:
    """Write database and files as they are at this moment, encrypted for the recipients. NotABackup, ClientFailed.

    pg_dump reads one snapshot, so that what people do meanwhile is in it wholly or not at all; and until the end nobody
    deletes a file that is in that snapshot. `told` hears the name of each table as it begins.
    """
    migrations = MigrationRecorder(connection).applied_migrations()
    if not migrations:
        raise NotABackup("The database has no tables yet.")
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        version=version(),
        migrations=sorted(f"{app}.{name}" for app, name in migrations),
    )
    # Ciphertext does not get smaller, but pg_dump writes it as hexadecimal digits.
    arguments = ("--format=custom", "--compress=1", "--no-owner", "--no-acl")
    with _snapshot() as snapshot, Client("pg_dump", f"--snapshot={snapshot}", *arguments, told=told) as dump:
        archives.encrypt(Frames(dump, told=told), target, manifest=manifest, recipients=recipients)


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name of a snapshot, and what is stored beside the database stays as long as it holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The lock comes first: in the snapshot is nothing of a file that was being deleted.
        backup_locks.keep_all()
        # It is idle until pg_dump is done.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        ((name,),) = cursor.fetchall()
        yield name


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place, for its owner alone, when the block has written all of it. OSError."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(number)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
