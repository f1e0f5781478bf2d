"""The posts that a person takes along as a zip, which their browser makes: those that they see listed."""

from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from accounts.models import User
from accounts.models.user import shown_name
from groups.models import Group
from posts.models import Post, comment_count
from secureblogs.queries.paging import Page, Pager

MOST_LISTED = 500

Json = dict[str, object]
# Uid, title and state; times of submission and publication; the number of comments; uid, slug and name of the group;
# uid and name of the author; whether the person can read it.
Row = tuple[UUID, str, str, datetime, datetime | None, int, UUID, str, str, UUID, str, bool]


class Listed:
    """One post that the person sees listed, whether they can read it or not."""

    def __init__(self, row: Row) -> None:
        self.uid = row[0]
        _, title, state, submitted_at, published_at, comments, group, slug, name, author, author_name, can = (
            row
        )
        self.members: Json = {
            "post": str(self.uid),
            "title": title,
            "state": state,
            "at": submitted_at.isoformat(),
            "published": published_at.isoformat() if published_at else None,
            "comments": comments,
            "group": {"uid": str(group), "slug": slug, "name": name},
            "author": {"uid": str(author), "name": shown_name(author_name)},
            "is_readable": can,
        }


def page(reader: User, parameters: QueryDict, *, group: Group | None) -> Page[Listed]:
    """The posts of one group or of all, newest first, without what is sealed."""
    columns = (
        "uid",
        "current__title",
        "current__state",
        "submitted_at",
        "current__published_at",
        comment_count(),
        "group__uid",
        "group__slug",
        "group__name",
        "author__uid",
        "author__name",
        "is_readable",
    )
    posts = Post.objects.listed_for(reader).with_access(reader)
    rows = (posts.filter(group=group) if group else posts).values_list(*columns)
    return Pager(
        rows,
        read=lambda part: [Listed(row) for row in part],
        key=("submitted_at", "pk"),
        name="uid",
        size=MOST_LISTED,
    ).page(parameters)
