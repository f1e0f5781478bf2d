"""How often a worker tries the same piece of work."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from posts.domain import lifecycle
from posts.models import CONTENT, Failure, KeyBatch, SealedDraft, State

MOST_ATTEMPTS = 3
UNFINISHED = [State.QUEUED, State.ENCRYPTING]

Work = TypeVar("Work", SealedDraft, KeyBatch)


def attempt(work: type[Work], pk: int, do: Callable[[Work], None]) -> None:
    """Try a piece of work once more, in a transaction; silent when it is done, in other hands or tried too often.

    Call it outside a transaction: the count has to be committed before the work begins, or a worker killed in the
    middle would take it along and the work would be tried for ever.
    """
    attempts = _count(work, pk)
    if attempts is None:
        return
    try:
        with transaction.atomic():
            row = claim(work, pk)
            if row is None:
                return
            if attempts > MOST_ATTEMPTS:
                lifecycle.fail(row.post, Failure.KEPT_FAILING)
            else:
                do(row)
    except (OperationalError, InterfaceError):
        # A full disk, a restart, a deadlock: no fault of the work, and not counted.
        _forgive(work, pk)
        raise


def _count(work: type[Work], pk: int) -> int | None:
    """Count one more attempt: which it is, or None if the row is gone or somebody else holds it."""
    table, column = work._meta.db_table, work._meta.pk.column
    # It has to outlive this process, not the machine: it does not wait for the disk.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET attempts = attempts + 1 WHERE {column} = (
                SELECT work.{column} FROM {table} AS work JOIN posts_post AS post ON post.id = work.post_id
                 WHERE work.{column} = %s AND post.state = ANY(%s) FOR UPDATE OF work SKIP LOCKED
            ) RETURNING attempts, set_config('synchronous_commit', 'off', true)
            """,  # noqa: S608
            [pk, UNFINISHED],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def claim(work: type[Work], pk: int) -> Work | None:
    """The row with its post, held until the transaction ends; None if it is gone or somebody else holds it."""
    rows = work.objects.filter(pk=pk, post__state__in=UNFINISHED).select_related(
        "post__group", "post__author"
    )
    # The post's content may be large, and wrapping does not need it.
    rows = rows.defer(*(f"post__{field}" for field in CONTENT))
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def _forgive(work: type[Work], pk: int) -> None:
    try:
        work.objects.filter(pk=pk, attempts__gt=0).update(attempts=F("attempts") - 1)
    except (OperationalError, InterfaceError):
        # The database is away: then it is.
        connection.close()
