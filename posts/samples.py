"""What Prometheus learns of posts."""

from django.db import connection
from django.db.models import Count, Min, Model
from django.utils import timezone

from posts.models import UNFINISHED, Comment, PostKey, Revision, State, StoredFile
from secureblogs.http.metrics import sampled

UNPUBLISHED = (*UNFINISHED, State.FAILED)


@sampled("posts", "Posts that are not published", "state")
def unpublished() -> dict[str, float]:
    """By their state."""
    counted = Revision.objects.filter(state__in=UNPUBLISHED).values_list("state").annotate(Count("pk"))
    return dict.fromkeys(map(str, UNPUBLISHED), 0.0) | {state: float(number) for state, number in counted}


@sampled("oldest_unfinished_post_seconds", "Age of the post that has been on its way longest")
def oldest_unfinished() -> dict[str, float]:
    """In seconds; 0 if none is on its way."""
    unfinished = Revision.objects.filter(state__in=UNFINISHED)
    oldest = unfinished.aggregate(oldest=Min("submitted_at"))["oldest"]
    return {"": (timezone.now() - oldest).total_seconds() if oldest else 0.0}


@sampled(
    "wrapped_keys", "Wrapped keys stored since PostgreSQL's statistics began: their rate is wraps a second"
)
def wrapped_keys() -> dict[str, float]:
    """As PostgreSQL counts them, a second or so later."""
    return _inserted(PostKey)


@sampled("comments", "Comments stored since PostgreSQL's statistics began: their rate is comments a second")
def comments() -> dict[str, float]:
    """As PostgreSQL counts them, a second or so later."""
    return _inserted(Comment)


@sampled("files_bytes", "Bytes of pictures and files, sealed, that people and groups have")
def files() -> dict[str, float]:
    """Those that wait to be deleted still count: they take space."""
    return {"": float(StoredFile.objects.space())}


def _inserted(model: type[Model]) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = %s", [model._meta.db_table])
        return {"": float(sum(number for (number,) in cursor.fetchall()))}
