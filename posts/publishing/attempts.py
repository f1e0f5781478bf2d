"""How often a worker tries the same piece of work, and how a revision fails."""

from collections.abc import Callable
from typing import TypeVar

from django.db import Error, connection, transaction
from django.db.models import F

from posts.models import CONTENT, UNFINISHED, AlreadyMoved, Failure, KeyBatch, Revision, SealedDraft, State
from posts.models.transitions import move
from posts.publishing import events
from secureblogs.queries.outages import is_outage
from secureblogs.workers.time_limits import TookTooLong, processor_time

MOST_ATTEMPTS = 3
# Seconds of a processor: a hundred times what the longest text or the largest batch takes.
MOST_SECONDS = 10.0

Work = TypeVar("Work", SealedDraft, KeyBatch)
_UNREAD: dict[type[SealedDraft | KeyBatch], list[str]] = {KeyBatch: ["public_keys"]}


def attempt(work: type[Work], pk: int, do: Callable[[Work], None]) -> None:
    """Try a piece of work once more, in a transaction; silent when it is done, in other hands or tried too often.

    Call it outside a transaction: the count has to be committed before the work begins, or a worker killed in the
    middle would take it along and the work would be tried for ever.
    """
    attempts = _count(work, pk)
    if attempts is None:
        return
    try:
        with processor_time(MOST_SECONDS), transaction.atomic():
            row = claim(work, pk)
            if row is None:
                return
            if attempts > MOST_ATTEMPTS:
                fail(row.revision, Failure.KEPT_FAILING)
            else:
                do(row)
    except TookTooLong:
        _give_up(work, pk)
    except Error as error:
        if is_outage(error):
            # A full disk, a restart or a deadlock is no fault of the work, and does not count.
            _forgive(work, pk)
        raise


def _give_up(work: type[Work], pk: int) -> None:
    with transaction.atomic():
        row = claim(work, pk)
        if row is not None:
            fail(row.revision, Failure.TOOK_TOO_LONG)


def fail(revision: Revision, failure: Failure) -> None:
    """End the tries; the author is told and may try again. Silent if it failed or came out meanwhile."""
    try:
        move(revision, to=State.FAILED, failure=failure)
    except AlreadyMoved:
        return
    events.publish_failed(revision)


def _count(work: type[Work], pk: int) -> int | None:
    """Count one more attempt: which it is, or None if the row is gone or somebody else holds it."""
    table, column = work._meta.db_table, work._meta.pk.column
    # The count has to outlive this process, not the machine: the commit does not wait for the disk.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET attempts = attempts + 1 WHERE {column} = (
                SELECT work.{column} FROM {table} AS work
                  JOIN posts_revision AS revision ON revision.id = work.revision_id
                 WHERE work.{column} = %s AND revision.state = ANY(%s) FOR UPDATE OF work SKIP LOCKED
            ) RETURNING attempts, set_config('synchronous_commit', 'off', true)
            """,  # noqa: S608
            [pk, UNFINISHED],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def claim(work: type[Work], pk: int) -> Work | None:
    """The row with its revision, held until the transaction ends; None if it is gone or somebody else holds it."""
    rows = work.objects.filter(pk=pk, revision__state__in=UNFINISHED).select_related(
        "revision__post__group", "revision__post__author"
    )
    # Wrapping does not need the content, which may be large, nor the numbers of a batch's keys.
    rows = rows.defer(*(f"revision__{field}" for field in CONTENT), *_UNREAD.get(work, []))
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def _forgive(work: type[Work], pk: int) -> None:
    try:
        work.objects.filter(pk=pk, attempts__gt=0).update(attempts=F("attempts") - 1)
    except Error as error:
        if not is_outage(error):
            raise
        # The database is away: then the attempt stays counted.
        connection.close()
