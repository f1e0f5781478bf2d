"""What is told to open pages about read requests, and the count that goes along."""

from functools import partial

from accounts.models import User
from posts.models import ReadRequest
from secureblogs import live
from secureblogs.composed import ComposedQuery, Question


def pending_count(author: User) -> int:
    """How many requests wait for this author."""
    return all_pending(author).count()


def all_pending(author: User) -> Question:
    """The requests that wait for this author, to be counted."""
    return _PENDING.about(author)


_PENDING = ComposedQuery(
    lambda author: ReadRequest.objects.to_answer_by(author).pending().order_by().values_list("pk"), User
)


def waiting_besides(read_request: ReadRequest) -> int:
    """How many more requests of the same person wait for the same author in that group."""
    post = read_request.post
    waiting = ReadRequest.objects.to_answer_by(post.author).pending().filter(asker=read_request.asker)
    return waiting.filter(post__group=post.group_id).exclude(pk=read_request.pk).count()


def tell_created(read_request: ReadRequest) -> None:
    """Tell the author's tabs that somebody asks."""
    post = read_request.post
    live.tell(
        live.user_channel(post.author),
        "read_request.created",
        within=post.group,
        request_id=read_request.pk,
        post_id=str(post.uid),
        requested_user_id=str(read_request.asker.uid),
        # Of those that an answer has to bring: an earlier one may have been revoked since it was pinned.
        user_public_key=read_request.public_keys.active().order_by("pk")[0].pem,
        pending=partial(pending_count, post.author),
    )


def tell_changed(read_request: ReadRequest) -> None:
    """Tell the author's tabs that there is something else to compare about a request, and perhaps others."""
    post = read_request.post
    live.tell(
        live.user_channel(post.author),
        "read_request.changed",
        within=post.group,
        request_id=read_request.pk,
        post_id=str(post.uid),
    )


def tell_answered(read_request: ReadRequest, event: str) -> None:
    """Tell the asker's tabs the answer, and the author's that the request no longer waits."""
    post = read_request.post
    live.tell(
        live.user_channel(read_request.asker),
        event,
        within=post.group,
        request_id=read_request.pk,
        post_id=str(post.uid),
    )
    _tell_closed(read_request, post.author)


def tell_closed(read_request: ReadRequest) -> None:
    """Tell both that it no longer waits, or that what it granted has ended."""
    author, asker = read_request.post.author, read_request.asker
    _tell_closed(read_request, author)
    if asker != author:
        _tell_closed(read_request, asker)


def _tell_closed(read_request: ReadRequest, user: User) -> None:
    # An author who left still has to see the right count; it says nothing about the group. An asker who left
    # hears nothing any more.
    is_author = user.pk == read_request.post.author_id
    live.tell(
        live.user_channel(user),
        "read_request.closed",
        within=None if is_author else read_request.post.group,
        request_id=read_request.pk,
        pending=partial(pending_count, user),
    )
