"""Find unfinished work whose hint was lost, and hint again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import jobs, mails
from accounts.keys import starting_over
from posts.models import KeyBatch, Revision, SealedDraft, State
from posts.publishing import fanout
from posts.requests import notices
from secureblogs.workers import hints

MOST_HINTS = 1000


def sweep() -> None:
    """Send a new hint for every row that has waited too long, and finish what only lacks its last step."""
    # After a pause of all workers many sweeps wait behind this one, which would find nothing more.
    hints.purge("posts.sweep")
    _hint_again(SealedDraft.objects.filter(revision__state=State.QUEUED), "posts.encrypt_revision")
    _hint_again(KeyBatch.objects.filter(revision__state=State.ENCRYPTING), "posts.wrap_batch")
    # If batches are left, this tells the author how far it is: the worker of the last batch may have kept silent, since
    # it had told it just before.
    for revision in Revision.objects.filter(state=State.ENCRYPTING).with_place().order_by("pk"):
        with transaction.atomic():
            fanout.finish(revision)
    starting_over.finish_due()
    jobs.hint_unfinished()
    if not hints.queue_length("posts.send_notice"):
        notices.hint_due()
        mails.hint_due()


def _hint_again(unfinished: QuerySet[SealedDraft] | QuerySet[KeyBatch], task: str) -> None:
    number = unfinished.count()
    if not number:
        return
    # The hints that wait already are on their way, and copies would only make a backlog longer. Nobody knows which rows
    # they are for: if this sweep hints at the wrong ones, the next one sees that some still miss theirs.
    missing = min(number - hints.queue_length(task), MOST_HINTS)
    if missing > 0:
        wait = timedelta(seconds=settings.SWEEP_AFTER_SECONDS)
        hints.hint_again(unfinished, task, wait=wait, most=missing)
