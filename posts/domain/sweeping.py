"""Find unfinished work whose hint was lost, and ring again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from posts.domain import fanout, notices
from posts.models import KeyBatch, Post, SealedDraft, State
from secureblogs.hints import hint

MOST_HINTS = 1000


def sweep() -> None:
    """Send a new hint for every row that has waited too long, and finish what only lacks its last step."""
    _hint_again(SealedDraft, "posts.encrypt_post", State.QUEUED)
    _hint_again(KeyBatch, "posts.wrap_batch", State.ENCRYPTING)
    for post in Post.objects.filter(state=State.ENCRYPTING, batches=None).select_related("group", "author"):
        with transaction.atomic():
            fanout.finish(post)
    notices.hint_due()


@transaction.atomic
def _hint_again(work: type[SealedDraft | KeyBatch], task: str, state: State) -> None:
    too_long = Now() - timedelta(seconds=settings.SWEEP_AFTER_SECONDS)
    # Locked rows are in a worker's hands right now.
    rows = work.objects.filter(post__state=state, hinted_at__lt=too_long).order_by("hinted_at")
    due = list(
        rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:MOST_HINTS]
    )
    work.objects.filter(pk__in=due).update(hinted_at=Now())
    for pk in due:
        hint(task, pk)
