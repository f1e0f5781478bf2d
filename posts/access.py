"""Which posts a person may reach. What they may not see is a 404, the same as what is not there."""

from uuid import UUID

from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from posts.models import SEALED, Post, Revision, comment_count
from secureblogs.http.numbers import number_in


def post_to_read(user: User, uid: UUID) -> Post:
    """One post with its sealed content, and what the user's keys and the user may do with it."""
    deletable = Post.objects.deletable_by(user).filter(pk=models.OuterRef("pk"))
    posts = Post.objects.listed_for(user).with_access(user).with_losses(user).with_own_keys(user)
    posts = posts.select_related("group", "author").annotate(
        is_deletable=models.Exists(deletable), comment_count=comment_count()
    )
    # `listed_for` defers the content, and this page is there to show it.
    post = get_object_or_404(posts.defer(None).defer("current__waiting_key"), uid=uid)
    # Django would ask once more for what stands here.
    post.current.post = post
    return post


def post_to_delete(user: User, uid: UUID) -> Post:
    return get_object_or_404(Post.objects.deletable_by(user).select_related("group"), uid=uid)


def post_to_revise(user: User, uid: UUID) -> Post:
    """A post of the user's, in a group that they still belong to, with its sealed content."""
    posts = Post.objects.listed_for(user).select_related("group", "author").defer(None)
    post = get_object_or_404(posts.defer("current__waiting_key"), author=user, uid=uid)
    post.current.post = post
    return post


def earlier_revisions(post: Post) -> list[Revision]:
    """What readers were shown before, the newest first; not with what is sealed."""
    earlier = post.revisions.filter(number__lt=post.current.number)
    return list(earlier.defer(*SEALED).order_by("-number"))


def earlier_revision(post: Post, number: str) -> Revision | None:
    """One of these by its number, with what is sealed; the newest one without a number that there is."""
    earlier = post.revisions.filter(number__lt=post.current.number).defer("waiting_key").order_by("-number")
    revision = earlier.filter(number=number_in(number) or 0).first() or earlier.first()
    if revision is not None:
        # The post is here already, with its group and its author.
        revision.post = post
    return revision


def newest_revision(user: User, uid: UUID) -> Revision:
    """The newest revision of a post of the user's, out or not."""
    mine = Post.objects.listed_for(user).filter(author=user, uid=uid)
    newest = Revision.objects.filter(post__in=mine).with_place().order_by("-number").first()
    if newest is None:
        raise Http404
    return newest
