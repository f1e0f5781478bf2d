"""Prepare what a new version needs before it starts: tables and static files."""

import hashlib
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from secureblogs.http import joined_scripts, static_files
from secureblogs.queries.outages import first_words

# Any number that nothing else locks in this database.
LOCK = 0x5EC0B106


def main() -> None:
    """Do the release step; a sentence or two if PostgreSQL or the folder of static files does not let it."""
    try:
        release()
    except Error as error:
        refusal = _refusal_behind(error)
        advice = _advice(refusal)
        if not advice:
            raise
        sys.exit(f"PostgreSQL does not answer as it should: {first_words(refusal)}. {advice}")
    except OSError as error:
        folder, reason = error.filename or settings.STATIC_ROOT, error.strerror
        sys.exit(f"Static files can't be collected: {folder} ({reason}). Make room, or look at STATIC_ROOT.")


def release() -> None:
    """Migrate and collect static files, one process after the other; little is done when nothing has changed."""
    with _alone():
        call_command("migrate", interactive=False, verbosity=1 if _has_migrations() else 0)
        _collect_static_files()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold an advisory lock, which PostgreSQL releases even when this process is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _refusal_behind(error: BaseException) -> BaseException:
    """What psycopg said first. Django's words around it are about what it tried."""
    behind = error.__cause__ or error.__context__
    return error if behind is None or isinstance(error, psycopg.Error) else _refusal_behind(behind)


def _advice(refusal: BaseException) -> str:
    """What to do; "" about a mistake of ours."""
    match refusal:
        case psycopg.errors.ReadOnlySqlTransaction():
            return "It takes no writes: name the primary server in DATABASE_URL."
        case psycopg.errors.InsufficientPrivilege():
            return "The site's role has to own the database (docs/deploy.md, step 2)."
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return "Start it, look at DATABASE_URL and at the server's log, and run this step again."
    return ""


def _has_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _collect_static_files() -> None:
    # We write the mark last, so that a run that was cut short is done again.
    mark = Path(settings.STATIC_ROOT).with_suffix(".collected")
    state = _state_of_static_files()
    if not (mark.exists() and mark.read_text() == state):
        # However long ago the release of before came, its processes are still there.
        static_files.note_named()
        call_command("collectstatic", interactive=False, verbosity=1)
        mark.write_text(state)
    static_files.remove_old()


def _state_of_static_files() -> str:
    state = hashlib.sha256(settings.STATIC_ROOT.encode())
    for code in (static_files, joined_scripts):
        state.update(inspect.getsource(code).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            state.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return state.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")
    django.setup()
    main()
