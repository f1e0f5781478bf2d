"""Lists of posts: their rows, page by page."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import get_language

from accounts.models import User
from accounts.models.user import shown_name
from groups.models import Group
from posts.models import Mute, Post, RequestState, comment_count
from posts.models.post import PostQuerySet
from posts.models.read_request import is_recent
from posts.publishing.messages import why_failed
from posts.requests import messages
from posts.requests.obstacles import refused_until
from secureblogs.queries.compiled import CompiledQuery
from secureblogs.queries.paging import Page, Pager

PAGE_SIZE = 20

Rows = QuerySet[Post, tuple[object, ...]]


class _Row(NamedTuple):
    is_readable: bool  # by some active key of the reader's
    uid: UUID
    title: str
    state: str
    failure: str
    submitted_at: datetime
    key_count: int
    comment_count: int
    group_slug: str
    group_name: str
    author_name: str
    is_from_before: bool  # the reader joined
    is_lost: bool  # what was wrapped for the reader did not open any more
    # The reader's own request; None where there is none.
    request_state: str | None
    asked_at: datetime | None
    refused_until: datetime | None
    refusal: str | None
    is_muted: bool  # by the author, who tells the reader nothing more


class ListedPost(_Row):
    """One post in a list. Django reads such a row several times as quickly as the models behind it."""

    # Fingerprints of the reader's active keys that open it. They are no part of the row: it equals another reader's.
    opening_keys: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return _address(self.uid)

    @property
    def day(self) -> str:
        """When it was submitted, for people."""
        return _day(localdate(self.submitted_at), get_language())

    @property
    def why_failed(self) -> str:
        return why_failed(self.failure)

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
    def may_ask_again(self) -> str:
        """When the reader may ask again after a refusal; empty where they may at once."""
        when = None if self.is_muted else self.refused_until
        return messages.may_ask_again(when) if when else ""


def page(reader: User, parameters: QueryDict, *, group: Group | None = None) -> Page[ListedPost]:
    """The newest posts that the reader sees listed, of one group or of all, or those beside one of them."""
    newest = _NEWEST_OF_GROUP.bind(reader, group) if group else _NEWEST.bind(reader)
    return Pager(
        # Only pages after the first need it, and Django takes 2 ms of processor time to compose it.
        cast(Rows, SimpleLazyObject(lambda: _rows(_listed(reader, group), reader))),
        read=_read,
        key=("submitted_at", "pk"),
        name="uid",
        size=PAGE_SIZE,
        first=lambda: _read(newest.rows()),
    ).page(parameters)


class Neighbour(NamedTuple):
    """A post of the same group."""

    uid: UUID
    title: str

    @property
    def address(self) -> str:
        return _address(self.uid)


def neighbours(post: Post, reader: User) -> dict[str, Neighbour]:
    """The `older` and the `newer` one, as far as the reader sees them listed."""
    listed = Post.objects.listed_for(reader).filter(group=post.group)
    same = Q(submitted_at=post.submitted_at)
    older = listed.filter(Q(submitted_at__lt=post.submitted_at) | same & Q(pk__lt=post.pk))
    newer = listed.filter(Q(submitted_at__gt=post.submitted_at) | same & Q(pk__gt=post.pk))
    rows = _first(older.order_by("-submitted_at", "-pk"), "older").union(
        _first(newer.order_by("submitted_at", "pk"), "newer")
    )
    return {side: Neighbour(uid, title) for side, uid, title in rows}


def _first(posts: PostQuerySet, side: str) -> QuerySet[Post, tuple[str, UUID, str]]:
    return posts.annotate(side=Value(side)).values_list("side", "uid", "current__title")[:1]


def _read(rows: Iterable[tuple[object, ...]]) -> list[ListedPost]:
    listed = []
    for opening_keys, *row in rows:
        post = ListedPost._make((bool(opening_keys), *row))
        if not post.author_name:
            post = post._replace(author_name=shown_name(""))
        post.opening_keys = tuple(cast(list[str], opening_keys))
        listed.append(post)
    return listed


def _listed(reader: User, group: Group | None) -> PostQuerySet:
    posts = Post.objects.listed_for(reader).with_access(reader).with_losses(reader).with_opening_keys(reader)
    return posts.filter(group=group) if group else posts


def _rows(posts: PostQuerySet, reader: User) -> Rows:
    """The columns that make a ListedPost."""
    return posts.with_request_of(reader).values_list(
        "opening_keys",
        "uid",
        "current__title",
        "current__state",
        "current__failure",
        "submitted_at",
        "current__key_count",
        comment_count(),
        "group__slug",
        "group__name",
        "author__name",
        "is_from_before",
        "is_lost",
        "asked__state",
        "asked__asked_at",
        refused_until("asked__"),
        "asked__reason",
        Exists(Mute.objects.between(OuterRef("author"), reader)),
    )


def _newest_rows(reader: User, group: Group | None = None) -> Rows:
    """The first page, and one post more."""
    return _rows(_listed(reader, group).order_by("-submitted_at", "-pk"), reader)[: PAGE_SIZE + 1]


# 4.5 ms of processor time are 0.5 when the query is compiled.
_NEWEST = CompiledQuery(_newest_rows, User)
_NEWEST_OF_GROUP = CompiledQuery(_newest_rows, User, Group)


# Every reader of a list gets the same, and making it anew takes a tenth of the time of the page.


@lru_cache(maxsize=10_000)
def _address(uid: UUID) -> str:
    return reverse("posts:post", args=[uid])


@lru_cache(maxsize=1_000)
def _day(day: date, language: str) -> str:
    return date_format(day, "j F Y")
