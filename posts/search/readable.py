"""What a person's browser searches in: which posts they can read, and the sealed content of some, with their comments.

The words that somebody looks for stay in their browser, which keeps an index of its own.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length
from django.http import QueryDict

from accounts.models import User
from accounts.models.user import shown_name
from posts.models import Comment, Post, Revision
from posts.models.comment import CommentQuerySet, comments_stamp
from posts.sealing import envelopes
from secureblogs.queries.paging import Page, Pager

# A page of the list has so many posts. A request names so many things, and an answer has so many sealed bytes, unless
# one thing alone is larger.
MOST_LISTED, MOST_AT_ONCE, MOST_BYTES = 500, 20, 4 << 20

Json = dict[str, object]


class Found(NamedTuple):
    """One post that the person can read, by the names that Post's querysets have; `stamp` is that of its comments."""

    uid: UUID
    current__number: int
    submitted_at: datetime
    group__slug: str
    group__name: str
    author__uid: UUID
    author__name: str
    stamp: str

    @property
    def members(self) -> Json:
        return {
            "post": str(self.uid),
            "revision": self.current__number,
            # HTML takes no time with microseconds.
            "at": f"{self.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
            "group": {"slug": self.group__slug, "name": self.group__name},
            "author": {"uid": str(self.author__uid), "name": shown_name(self.author__name)},
            "comments": self.stamp,
        }


def page(reader: User, parameters: QueryDict) -> Page[Found]:
    """The posts that the person can read, newest first, without what is sealed."""
    posts = Post.objects.readable_by(reader).annotate(stamp=comments_stamp())
    return Pager(
        posts.values_list(*Found._fields),
        read=lambda part: [Found._make(row) for row in part],
        key=("submitted_at", "pk"),
        name="uid",
        size=MOST_LISTED,
    ).page(parameters)


def people(posts: Collection[Found]) -> dict[str, str]:
    """The names of those who wrote comments under these posts, by uid."""
    written = Comment.objects.filter(author=OuterRef("pk"), post__uid__in=[found.uid for found in posts])
    named = User.objects.filter(Exists(written)).order_by("pk").values_list("uid", "name")
    return {str(uid): shown_name(name) for uid, name in named}


def contents(reader: User, uids: Collection[UUID]) -> list[Json]:
    """The envelopes of those of these posts that the person can read, as far as one answer holds them."""
    readable = Post.objects.readable_by(reader).filter(uid__in=uids).order_by("pk")
    chosen = _that_fit(readable.values_list("current", Length("current__ciphertext")))
    revisions = Revision.objects.filter(pk__in=chosen).select_related("post__group", "post__author")
    return envelopes.several(list(revisions.defer("waiting_key")), reader=reader)


def comments_under(envelopes: Collection[Json]) -> list[Json]:
    """Which comments there are under these posts, without what is sealed."""
    written = Comment.objects.written().filter(post__uid__in=[each["post"] for each in envelopes])
    return [
        _place(comment) for comment in _with_places(written).defer("nonce", "ciphertext", "key_commitment")
    ]


def comments(reader: User, uids: Collection[UUID]) -> list[Json]:
    """Those of these comments whose posts the person can read, sealed, as far as one answer holds them."""
    readable = Comment.objects.readable_by(reader).filter(uid__in=uids).order_by("pk")
    chosen = Comment.objects.filter(pk__in=_that_fit(readable.values_list("pk", Length("ciphertext"))))
    return [{**_place(comment), "sealed": comment.sealed} for comment in _with_places(chosen)]


def _with_places(comments: CommentQuerySet) -> CommentQuerySet:
    return comments.select_related("post", "author", "parent").order_by("pk")


def _place(comment: Comment) -> Json:
    assert comment.author is not None
    return {
        "post": str(comment.post.uid),
        "comment": str(comment.uid),
        "revision": comment.revision,
        "author": str(comment.author.uid),
        "parent": str(comment.parent.uid) if comment.parent else None,
        "at": comment.written_at.isoformat(),
    }


def _that_fit(rows: Iterable[tuple[int, int]]) -> list[int]:
    chosen: list[int] = []
    size = 0
    for pk, length in rows:
        size += length
        if chosen and size > MOST_BYTES:
            break
        chosen.append(pk)
    return chosen
