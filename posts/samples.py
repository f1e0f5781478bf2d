"""What Prometheus learns of posts."""

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from posts.models import Post, PostKey, State
from secureblogs.http.metrics import sampled

UNPUBLISHED = (State.QUEUED, State.ENCRYPTING, State.FAILED)


@sampled("posts", "Posts that are not published", "state")
def unpublished() -> dict[str, float]:
    """By their state."""
    counted = Post.objects.filter(state__in=UNPUBLISHED).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(map(str, UNPUBLISHED), 0.0) | {state: float(number) for state, number in counted}


@sampled("oldest_unfinished_post_seconds", "Age of the post that has been on its way longest")
def oldest_unfinished() -> dict[str, float]:
    """In seconds; 0 if none is on its way."""
    unfinished = Post.objects.filter(state__in=(State.QUEUED, State.ENCRYPTING))
    oldest = unfinished.aggregate(oldest=Min("submitted_at"))["oldest"]
    return {"": (timezone.now() - oldest).total_seconds() if oldest else 0.0}


@sampled(
    "wrapped_keys", "Wrapped keys stored since PostgreSQL's statistics began: their rate is wraps a second"
)
def wrapped_keys() -> dict[str, float]:
    """As PostgreSQL counts them, a second or so later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = %s", [PostKey._meta.db_table]
        )
        return {"": float(sum(number for (number,) in cursor.fetchall()))}
