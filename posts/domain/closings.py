"""Requests that end because something that they depend on does. Each in the transaction that ends it."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import PublicKey, User
from groups.models import Group
from posts.domain import request_news
from posts.domain.request_moves import try_move
from posts.models import Post, ReadRequest, RequestState
from posts.models.read_request import ReadRequestQuerySet

# Something still depends on those.
OPEN_OR_GRANTED = [RequestState.PENDING, RequestState.APPROVED]


def close_without_keys(asker: User) -> None:
    """Close those for which none of the pinned keys is left, asked or granted."""
    left = PublicKey.objects.active().filter(pk=OuterRef("public_keys"))
    lasting = ReadRequest.objects.filter(Exists(left), asker=asker)
    _close_all(ReadRequest.objects.filter(asker=asker).exclude(pk__in=lasting))


def tell_of_ended(public_key: PublicKey) -> None:
    """Tell the authors who are still asked for a wrapped key for it, and one for another key."""
    waiting = ReadRequest.objects.pending().filter(public_keys=public_key).with_people()
    # Their lists are fetched anew as a whole: once is enough.
    for read_request in {each.post.author_id: each for each in waiting}.values():
        request_news.tell_changed(read_request)


def close_of_member(group: Group, *, user: User) -> None:
    """Close those that somebody who left had asked or was granted, or should have answered."""
    to_answer = Q(post__author=user, state=RequestState.PENDING)
    ending = ReadRequest.objects.filter(Q(asker=user) | to_answer, post__group=group)
    for read_request in _in_order(ending):
        # What they granted stays granted, also if that is in this very moment.
        close(
            read_request, *(OPEN_OR_GRANTED if read_request.asker_id == user.pk else [RequestState.PENDING])
        )


def close_waiting_of(user: User) -> None:
    """Close those that somebody asked or should answer who can't log in any more. What is granted stays granted."""
    waiting = ReadRequest.objects.pending().filter(Q(asker=user) | Q(post__author=user))
    for read_request in _in_order(waiting):
        close(read_request, RequestState.PENDING)


def close_of_post(post: Post) -> None:
    """Close those about a post that is being deleted."""
    _close_all(ReadRequest.objects.filter(post=post))


def close(read_request: ReadRequest, *origins: RequestState) -> bool:
    """Close one that waits or was granted, if given only from these states, and tell both; False if it is in none."""
    closed = try_move(read_request, *(origins or OPEN_OR_GRANTED), to=RequestState.CLOSED, answered_at=Now())
    if closed:
        request_news.tell_closed(read_request)
    return closed


def _close_all(read_requests: ReadRequestQuerySet) -> None:
    for read_request in _in_order(read_requests):
        close(read_request)


def _in_order(read_requests: ReadRequestQuerySet) -> ReadRequestQuerySet:
    return read_requests.filter(state__in=OPEN_OR_GRANTED).with_people().in_order_of_locks()
