"""Which posts a person may reach. What they may not see is a 404, the same as what is not there."""

from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404

from accounts.models import User
from posts.models import Post


def post_to_read(user: User, uid: UUID) -> Post:
    """One post with its sealed content, and what the user's keys and the user may do with it."""
    deletable = Post.objects.deletable_by(user).filter(pk=models.OuterRef("pk"))
    posts = Post.objects.listed_for(user).with_access(user).with_losses(user).with_own_keys(user)
    posts = posts.select_related("group", "author").annotate(is_deletable=models.Exists(deletable))
    # `listed_for` defers the content, and this page is there to show it.
    return get_object_or_404(posts.defer(None).defer("waiting_key"), uid=uid)


def post_to_delete(user: User, uid: UUID) -> Post:
    return get_object_or_404(Post.objects.deletable_by(user).select_related("group"), uid=uid)


def post_to_retry(user: User, uid: UUID) -> Post:
    return get_object_or_404(Post.objects.listed_for(user), author=user, uid=uid)
