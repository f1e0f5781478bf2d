"""Which comments somebody may reach. What they may not see is a 404, the same as what is not there."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from posts.models import Comment, Post, comment_count
from posts.models.comment import CommentQuerySet


def post_with_comments(user: User, uid: UUID) -> Post:
    """A post that the user sees listed, with whether they can read it and `comment_count`."""
    posts = Post.objects.listed_for(user).with_access(user).annotate(comment_count=comment_count())
    return get_object_or_404(posts.select_related("group", "author"), uid=uid)


def comment_to_show(user: User, uid: UUID) -> Comment:
    """A comment of a post that the user sees listed."""
    return get_object_or_404(_with_people(Comment.objects.listed_for(user)), uid=uid)


def comment_to_edit(user: User, uid: UUID) -> Comment:
    """One of the user's own."""
    return get_object_or_404(_with_people(Comment.objects.by(user)), uid=uid)


def comment_to_delete(user: User, uid: UUID) -> Comment:
    return get_object_or_404(_with_people(Comment.objects.deletable_by(user)), uid=uid)


def _with_people(comments: CommentQuerySet) -> CommentQuerySet:
    return comments.select_related("post__group", "author", "parent")
