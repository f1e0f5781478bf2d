"""Lists of posts, page by page and by key: a later page costs no more than the first, and skips nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from groups.models import Group
from posts import access, listed_posts
from posts.listed_posts import ListedPost
from posts.models import Post
from posts.models.post import PostQuerySet
from secureblogs.composed import ComposedQuery

PAGE_SIZE = 20

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class PostList:
    """Posts, newest first, and the addresses of those before and after them; empty where there are none."""

    posts: list[ListedPost]
    newer: str = ""
    older: str = ""


def page(reader: User, parameters: QueryDict, *, group: Group | None = None) -> PostList:
    """The posts older than `before`, newer than `after`, or the newest. What is not there is ignored."""
    if before := parameters.get("before"):
        posts = _listed(reader, group)
        if (place := _place(posts, before)) and (older := _older(posts, place, reader)):
            return _cut(older, newer=f"?after={older[0].uid}")
    elif after := parameters.get("after"):
        posts = _listed(reader, group)
        if (place := _place(posts, after)) and len(newer := _newer(posts, place, reader)) > PAGE_SIZE:
            shown = newer[:PAGE_SIZE][::-1]
            return PostList(shown, f"?after={shown[0].uid}", f"?before={shown[-1].uid}")
    newest = _NEWEST_OF_GROUP.about(reader, group) if group else _NEWEST.about(reader)
    return _cut([ListedPost._make(row) for row in newest.rows()])


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


def _older(posts: PostQuerySet, place: Place, reader: User) -> list[ListedPost]:
    time, pk = place
    # The first condition says nothing new, but an index can use it.
    older = posts.filter(Q(submitted_at__lt=time) | Q(pk__lt=pk), submitted_at__lte=time)
    return [ListedPost._make(row) for row in _newest_rows(older, reader)]


def _newer(posts: PostQuerySet, place: Place, reader: User) -> list[ListedPost]:
    time, pk = place
    newer = posts.filter(Q(submitted_at__gt=time) | Q(pk__gt=pk), submitted_at__gte=time)
    return [ListedPost._make(row) for row in _rows(newer.order_by("submitted_at", "pk"), reader)]


def _newest_rows(posts: PostQuerySet, reader: User) -> QuerySet[Post, tuple[object, ...]]:
    return _rows(posts.order_by("-submitted_at", "-pk"), reader)


def _rows(posts: PostQuerySet, reader: User) -> QuerySet[Post, tuple[object, ...]]:
    """One post more than fit on a page."""
    return listed_posts.rows(posts, reader)[: PAGE_SIZE + 1]


_NEWEST = ComposedQuery(lambda reader: _newest_rows(_listed(reader, None), reader), User)
_NEWEST_OF_GROUP = ComposedQuery(
    lambda reader, group: _newest_rows(_listed(reader, group), reader), User, Group
)
