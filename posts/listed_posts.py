"""What a list shows of a post, and of what its reader asked about it."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import get_language

from accounts.models import User
from posts.domain.obstacles import PAUSE_AFTER_REFUSAL
from posts.models import Failure, Mute, Post, RequestState
from posts.models.post import PostQuerySet
from posts.models.read_request import is_recent


class ListedPost(NamedTuple):
    """A row is several times as quick to read as the models behind it."""

    uid: UUID
    title: str
    state: str
    failure: str
    submitted_at: datetime
    key_count: int
    group_slug: str
    group_name: str
    author_name: str
    is_readable: bool
    is_from_before: bool  # the reader joined
    # The reader's own request; None where there is none.
    request_state: str | None
    asked_at: datetime | None
    answered_at: datetime | None
    refusal: str | None
    is_muted: bool  # by the author, who tells the reader nothing more

    @property
    def address(self) -> str:
        return _address(self.uid)

    @property
    def day(self) -> str:
        """When it was submitted, for people."""
        return _day(localdate(self.submitted_at), get_language())

    @property
    def reason(self) -> str:
        """Why it failed, in words."""
        return str(Failure(self.failure).label)

    @property
    def is_asked_for(self) -> bool:
        """Whether the reader waits for an answer."""
        return self.request_state == RequestState.PENDING

    @property
    def is_asked_lately(self) -> bool:
        return self.asked_at is not None and is_recent(self.asked_at)

    @property
    def is_refused(self) -> bool:
        return self.request_state == RequestState.REJECTED and not self.is_muted

    @property
    def may_ask_again_at(self) -> datetime | None:
        """After a refusal, until then."""
        if self.answered_at is None or not self.is_refused:
            return None
        when = self.answered_at + PAUSE_AFTER_REFUSAL
        return when if when > timezone.now() else None


def rows(posts: PostQuerySet, reader: User) -> QuerySet[Post, tuple[object, ...]]:
    """What makes a ListedPost, of posts as `posts.access.listed_posts` has them."""
    # One at most: there is one request for each post and asker.
    asked = FilteredRelation("read_requests", condition=Q(read_requests__asker=reader))
    return posts.annotate(asked=asked).values_list(
        "uid",
        "title",
        "state",
        "failure",
        "submitted_at",
        "key_count",
        "group__slug",
        "group__name",
        "author__name",
        "is_readable",
        "is_from_before",
        "asked__state",
        "asked__asked_at",
        "asked__answered_at",
        "asked__reason",
        Exists(Mute.objects.filter(author=OuterRef("author"), asker=reader)),
    )


# The same for all who look at a list, and a tenth of the time that its page takes.


@lru_cache(maxsize=10_000)
def _address(uid: UUID) -> str:
    return reverse("posts:post", args=[uid])


@lru_cache(maxsize=1_000)
def _day(day: date, language: str) -> str:
    return date_format(day, "j F Y")
