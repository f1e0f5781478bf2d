"""The comments of a post, page by page, each before its answers; and the keys by which readers check who wrote them."""

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict

from accounts.keys import reading
from accounts.models import User
from groups.models import Group
from posts.models import Comment, Post
from posts.models.comment import CommentQuerySet
from secureblogs.queries.paging import Page, Pager

PAGE_SIZE = 20


def page_of(post: Post, parameters: QueryDict) -> Page[Comment]:
    """A page of the comments. `at` names one that the page holds; what is not there is ignored."""
    rows = Comment.objects.filter(post=post).select_related("author", "parent__author").in_order()
    pager = Pager(rows, read=list, key=("place", "pk"), size=PAGE_SIZE, newest_first=False, name="uid")
    before = _before(rows, parameters.get("at", ""))
    return pager.page(QueryDict(f"after={before}") if before else parameters)


def one_of(comment: Comment) -> Page[Comment]:
    """A page of this one alone."""
    return Page([comment], newest_first=False)


def moderates(post: Post, user: User) -> bool:
    """Whether the user may delete every comment of the post."""
    return post.author_id == user.pk or Group.objects.moderated_by(user).filter(pk=post.group_id).exists()


def keys_of_authors(comments: Iterable[Comment]) -> dict[str, object]:
    """The chains of the account keys of those who wrote these, by uid; in as many queries for all as for one."""
    return reading.chains_of({comment.author for comment in comments if comment.author})


def _before(rows: CommentQuerySet, at: str) -> str:
    """After which comment a page begins that holds this one, and what it answers, if there is room for that."""
    try:
        found = rows.get(uid=UUID(at))
    except (ValueError, Comment.DoesNotExist):
        return ""
    is_near = rows.between(found).count() <= PAGE_SIZE
    before = rows.before(found.place, found.place if is_near else found.pk).first()
    return str(before.uid) if before else ""
