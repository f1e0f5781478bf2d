"""Lists of posts, page by page and by key: a later page costs no more than the first, and skips nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import LessThan
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import get_language

from accounts.models import User
from groups.models import Group
from posts import access
from posts.models import Failure, Post, State
from posts.models.post import PostQuerySet
from secureblogs.composed import ComposedQuery

PAGE_SIZE = 20

Place = tuple[datetime, int]


class ListedPost(NamedTuple):
    """What a list shows of a post. A row is several times as quick to read as the three models behind it."""

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


@dataclass(frozen=True, slots=True)
class PostList:
    """Posts, newest first, and the addresses of those before and after them; empty where there are none."""

    posts: list[ListedPost]
    newer: str = ""
    older: str = ""

    @property
    def is_unsettled(self) -> bool:
        """Whether one of them is still on its way."""
        return any(post.state in {State.QUEUED, State.ENCRYPTING} for post in self.posts)


def page(reader: User, parameters: QueryDict, *, group: Group | None = None) -> PostList:
    """The posts older than `before`, newer than `after`, or the newest. What is not there is ignored."""
    if before := parameters.get("before"):
        posts = _listed(reader, group)
        if (place := _place(posts, before)) and (older := _older(posts, place)):
            return _cut(older, newer=f"?after={older[0].uid}")
    elif after := parameters.get("after"):
        posts = _listed(reader, group)
        if (place := _place(posts, after)) and len(newer := _newer(posts, place)) > PAGE_SIZE:
            shown = newer[:PAGE_SIZE][::-1]
            return PostList(shown, f"?after={shown[0].uid}", f"?before={shown[-1].uid}")
    newest = _NEWEST_OF_GROUP.about(reader, group) if group else _NEWEST.about(reader)
    return _cut([ListedPost._make(row) for row in newest.rows()])


# The same for all who look at a list, and a tenth of the time that its page takes.


@lru_cache(maxsize=10_000)
def _address(uid: UUID) -> str:
    return reverse("posts:post", args=[uid])


@lru_cache(maxsize=1_000)
def _day(day: date, language: str) -> str:
    return date_format(day, "j F Y")


def _cut(found: list[ListedPost], *, newer: str = "") -> PostList:
    shown = found[:PAGE_SIZE]
    return PostList(shown, newer, older=f"?before={shown[-1].uid}" if len(found) > PAGE_SIZE else "")


def _listed(reader: User, group: Group | None) -> PostQuerySet:
    posts = access.listed_posts(reader)
    return posts.filter(group=group) if group else posts


def _place(posts: PostQuerySet, uid: str) -> Place | None:
    # Looked up among the very posts of the list, so that nothing is learnt about others.
    try:
        return posts.filter(uid=UUID(uid)).values_list("submitted_at", "pk").first()
    except ValueError:
        return None


def _older(posts: PostQuerySet, place: Place) -> list[ListedPost]:
    time, pk = place
    # The first condition says nothing new, but an index can use it.
    older = posts.filter(Q(submitted_at__lt=time) | Q(pk__lt=pk), submitted_at__lte=time)
    return [ListedPost._make(row) for row in _newest_rows(older)]


def _newer(posts: PostQuerySet, place: Place) -> list[ListedPost]:
    time, pk = place
    newer = posts.filter(Q(submitted_at__gt=time) | Q(pk__gt=pk), submitted_at__gte=time)
    return [ListedPost._make(row) for row in _rows(newer.order_by("submitted_at", "pk"))]


def _newest_rows(posts: PostQuerySet) -> QuerySet[Post, tuple[object, ...]]:
    return _rows(posts.order_by("-submitted_at", "-pk"))


def _rows(posts: PostQuerySet) -> QuerySet[Post, tuple[object, ...]]:
    """What makes a ListedPost, of one post more than fit on a page."""
    return posts.values_list(
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
        LessThan(F("submitted_at"), F("reader_joined_at")),
    )[: PAGE_SIZE + 1]


_NEWEST = ComposedQuery(lambda reader: _newest_rows(_listed(reader, None)), User)
_NEWEST_OF_GROUP = ComposedQuery(lambda reader, group: _newest_rows(_listed(reader, group)), User, Group)
