"""Requests that end because something that they depend on ends, each in the same transaction."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import PublicKey, User
from groups.models import Group
from posts.models import AlreadyAnswered, ReadRequest, RequestState
from posts.models.read_request import ReadRequestQuerySet
from posts.models.transitions import move, move_all
from posts.requests import events


def close_without_keys(asker: User) -> None:
    """Close those for which none of the pinned keys is left, asked or granted."""
    left = PublicKey.objects.active().filter(pk=OuterRef("public_keys"))
    lasting = ReadRequest.objects.filter(Exists(left), asker=asker)
    _close_all(ReadRequest.objects.filter(asker=asker).exclude(pk__in=lasting))


def follow(public_key: PublicKey, *, replaced: Collection[int]) -> None:
    """Have requests pin the newest account key of their asker in place of those that it stands for from now on."""
    pins = ReadRequest.public_keys.through.objects.filter(publickey__in=replaced)
    pins.update(publickey=public_key)
    publish_key_ended(public_key)


def publish_key_ended(public_key: PublicKey) -> None:
    """Tell the authors who are still asked for a wrapped key for it, or for another key beside it."""
    waiting = ReadRequest.objects.pending().filter(public_keys=public_key).with_people()
    # An author's page fetches its list as a whole: one message is enough.
    for read_request in {each.post.author_id: each for each in waiting}.values():
        events.publish_changed(read_request)


def close_of_member(group: Group, *, user: User) -> None:
    """Close those that somebody who left had asked or was granted, or should have answered."""
    to_answer = Q(post__author=user, state=RequestState.PENDING)
    # What a leaving author granted stays granted, even in this very moment.
    _close_all(ReadRequest.objects.filter(Q(asker=user) | to_answer, post__group=group))


def close_waiting_of(user: User) -> None:
    """Close those that somebody asked or should answer who can't log in any more. What is granted stays granted."""
    _close_all(ReadRequest.objects.pending().filter(Q(asker=user) | Q(post__author=user)))


def close_of_posts(posts: Collection[int]) -> None:
    """Close those about posts, by pk, that are being deleted."""
    _close_all(ReadRequest.objects.filter(post__in=posts))


def close(read_request: ReadRequest) -> None:
    """Close one that waits or was granted, and tell both; silent if it does neither."""
    try:
        move(read_request, to=RequestState.CLOSED, answered_at=Now())
    except AlreadyAnswered:
        return
    events.publish_closed(read_request)


def _close_all(read_requests: ReadRequestQuerySet) -> None:
    in_order = read_requests.with_people().in_order_of_locks()
    events.publish_closed(*move_all(in_order, to=RequestState.CLOSED, answered_at=Now()))
