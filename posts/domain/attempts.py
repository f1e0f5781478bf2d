"""How often a worker tries the same piece of work."""

from typing import TypeVar

from django.db import transaction

from posts.domain import lifecycle
from posts.models import CONTENT, Failure, KeyBatch, SealedDraft, State

MOST_ATTEMPTS = 3

Work = TypeVar("Work", SealedDraft, KeyBatch)


@transaction.atomic
def begin(work: type[Work], pk: int) -> bool:
    """Count one more attempt; False if there is nothing to do: done, in other hands, or tried too often.

    Call it outside a transaction: the count has to be committed before the work begins, or a worker killed in the
    middle would take it along and the work would be tried for ever.
    """
    row = claim(work, pk)
    if row is None:
        return False
    if row.attempts >= MOST_ATTEMPTS:
        lifecycle.fail(row.post, Failure.KEPT_FAILING)
        return False
    row.attempts += 1
    row.save(update_fields=["attempts"])
    return True


def claim(work: type[Work], pk: int) -> Work | None:
    """The row, held until the transaction ends, with its post; None if it is gone or somebody else holds it."""
    unfinished = [State.QUEUED, State.ENCRYPTING]
    rows = work.objects.filter(pk=pk, post__state__in=unfinished).select_related("post__group", "post__author")
    # The post's content may be large, and wrapping does not need it.
    rows = rows.defer(*(f"post__{field}" for field in CONTENT))
    return rows.select_for_update(skip_locked=True, of=("self",)).first()
