"""The posts that a person takes along as a zip, which their browser makes: those that they see listed."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.http import QueryDict

from accounts.models import User
from accounts.models.user import shown_name
from groups.models import Group
from posts.models import Post, comment_count
from secureblogs.queries.paging import Page, Pager

MOST_LISTED = 500

Json = dict[str, object]


class Listed(NamedTuple):
    """One post that the person sees listed, readable or not, by the names that Post's querysets have."""

    uid: UUID
    current__title: str
    current__state: str
    submitted_at: datetime
    current__published_at: datetime | None
    comment_count: int
    group__uid: UUID
    group__slug: str
    group__name: str
    author__uid: UUID
    author__name: str
    is_readable: bool

    @property
    def members(self) -> Json:
        published_at = self.current__published_at
        return {
            "post": str(self.uid),
            "title": self.current__title,
            "state": self.current__state,
            "at": self.submitted_at.isoformat(),
            "published": published_at.isoformat() if published_at else None,
            "comments": self.comment_count,
            "group": {"uid": str(self.group__uid), "slug": self.group__slug, "name": self.group__name},
            "author": {"uid": str(self.author__uid), "name": shown_name(self.author__name)},
            "is_readable": self.is_readable,
        }


def page(reader: User, parameters: QueryDict, *, group: Group | None) -> Page[Listed]:
    """The posts of one group or of all, newest first, without what is sealed."""
    posts = Post.objects.listed_for(reader).with_access(reader).annotate(comment_count=comment_count())
    return Pager(
        (posts.filter(group=group) if group else posts).values_list(*Listed._fields),
        read=lambda part: [Listed._make(row) for row in part],
        key=("submitted_at", "pk"),
        name="uid",
        size=MOST_LISTED,
    ).page(parameters)
