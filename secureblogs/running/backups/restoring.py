"""Bring a backup back, into an empty database and the storage of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from secureblogs.running.backups import archives
from secureblogs.running.backups.archives import Manifest, NotABackup
from secureblogs.running.backups.clients import Client, Told
from secureblogs.running.backups.contents import Unpacked


class NotEmpty(Exception):
    """The database of the settings has tables already: nothing is overwritten."""


def restore(source: BinaryIO, *, identities: str, told: Told) -> Manifest:
    """Restore all of a backup, or nothing, and migrate it to this version. NotEmpty, NotABackup, ClientFailed.

    `source` is read twice, and has to be a file: all of it is authenticated before any of it reaches the database.
    """
    if connection.introspection.table_names():
        raise NotEmpty(
            "The database has tables already. Name an empty one in DATABASE_URL, or empty this one."
        )
    manifest = archives.decrypt(source, _Nowhere(), identities=identities)
    _require_known(manifest)
    source.seek(0)
    arguments = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")
    with Client("pg_restore", *arguments, told=told) as program, _unpacked(program) as contents:
        archives.decrypt(source, contents, identities=identities)
        program.finish()
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


@contextmanager
def _unpacked(program: Client) -> Iterator[Unpacked]:
    contents = Unpacked(program)
    try:
        yield contents
    except BaseException:
        contents.forget()
        raise


def _require_known(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := set(manifest.migrations) - known:
        raise NotABackup(
            f"It was made by a newer version, {manifest.version}, which this one can't read ({min(unknown)}). "
            "Install that version, then restore."
        )


class _Nowhere:
    def write(self, chunk: bytes) -> None:
        """The bytes are authenticated, and not needed yet."""
