"""Find unfinished work whose hint was lost, and ring again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from posts.domain import fanout, notices
from posts.models import CONTENT, KeyBatch, Post, SealedDraft, State
from secureblogs import hints

MOST_HINTS = 1000


def sweep() -> None:
    """Send a new hint for every row that has waited too long, and finish what only lacks its last step."""
    # Those that wait behind this one, after a pause of all workers, would find nothing more.
    hints.forget("posts.sweep")
    _hint_again(SealedDraft.objects.filter(post__state=State.QUEUED), "posts.encrypt_post")
    _hint_again(KeyBatch.objects.filter(post__state=State.ENCRYPTING), "posts.wrap_batch")
    # Or tell the author where it stands, if the last to finish a batch did not: it was too soon then.
    for post in Post.objects.filter(state=State.ENCRYPTING).select_related("group", "author").defer(*CONTENT):
        with transaction.atomic():
            fanout.finish(post)
    if not hints.waiting("posts.send_notice"):
        notices.hint_due()


@transaction.atomic
def _hint_again(unfinished: QuerySet[SealedDraft] | QuerySet[KeyBatch], task: str) -> None:
    number = unfinished.count()
    if not number:
        return
    # As many hints as wait already are on their way: of a long backlog, copies would only make it longer. Which rows
    # they are for nobody knows; if the wrong ones are hinted again here, it is soon seen that some still miss theirs.
    missing = min(number - hints.waiting(task), MOST_HINTS)
    if missing <= 0:
        return
    too_long = Now() - timedelta(seconds=settings.SWEEP_AFTER_SECONDS)
    # In the future, if the clock was set back.
    due = unfinished.filter(Q(hinted_at__lt=too_long) | Q(hinted_at__gt=Now())).order_by("hinted_at")
    # Locked rows are in a worker's hands right now.
    held = due.select_for_update(skip_locked=True, of=("self",))
    pks = list(held.values_list("pk", flat=True)[:missing])
    unfinished.filter(pk__in=pks).update(hinted_at=Now())
    for pk in pks:
        hints.hint(task, pk)
