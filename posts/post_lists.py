"""Lists of posts, page by page and by key: a later page costs no more than the first, and skips nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from posts.models import Post, State
from posts.models.post import PostQuerySet

PAGE_SIZE = 20

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class PostList:
    """Posts, newest first, and the addresses of those before and after them; empty where there are none."""

    posts: list[Post]
    newer: str = ""
    older: str = ""

    @property
    def is_unsettled(self) -> bool:
        """Whether one of them is still on its way."""
        return any(post.state in {State.QUEUED, State.ENCRYPTING} for post in self.posts)


def page(posts: PostQuerySet, parameters: QueryDict) -> PostList:
    """The posts older than `before`, newer than `after`, or the newest. What is not there is ignored."""
    if place := _place(posts, parameters.get("before", "")):
        shown = _older(posts, place)
        if shown.posts:
            return PostList(shown.posts, newer=f"?after={shown.posts[0].uid}", older=shown.older)
    elif place := _place(posts, parameters.get("after", "")):
        newer = _newer(posts, place)
        if len(newer) > PAGE_SIZE:
            shown_posts = newer[:PAGE_SIZE][::-1]
            return PostList(shown_posts, f"?after={shown_posts[0].uid}", f"?before={shown_posts[-1].uid}")
    return _older(posts, None)


def _place(posts: PostQuerySet, uid: str) -> Place | None:
    # Looked up among the very posts of the list, so that nothing is learnt about others.
    try:
        return posts.filter(uid=UUID(uid)).values_list("submitted_at", "pk").first()
    except ValueError:
        return None


def _older(posts: PostQuerySet, place: Place | None) -> PostList:
    if place:
        time, pk = place
        # The first condition says nothing new, but an index can use it.
        posts = posts.filter(Q(submitted_at__lt=time) | Q(pk__lt=pk), submitted_at__lte=time)
    found = list(posts.order_by("-submitted_at", "-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return PostList(shown, older=f"?before={shown[-1].uid}" if len(found) > PAGE_SIZE else "")


def _newer(posts: PostQuerySet, place: Place) -> list[Post]:
    time, pk = place
    posts = posts.filter(Q(submitted_at__gt=time) | Q(pk__gt=pk), submitted_at__gte=time)
    return list(posts.order_by("submitted_at", "pk")[: PAGE_SIZE + 1])
