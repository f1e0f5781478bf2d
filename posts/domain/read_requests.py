"""Asking to read a post that one has no key for. Answers to it stand in posts.domain.answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import PublicKey, User
from groups.domain import members
from groups.models import Group
from posts.models import CONTENT, Mute, Post, PostKey, ReadRequest, RequestState, State
from secureblogs import live

MOVES = {
    RequestState.PENDING: {
        RequestState.APPROVED,
        RequestState.REJECTED,
        RequestState.WITHDRAWN,
        RequestState.CLOSED,
    },
    # Asking again reopens the same row, with the keys of that moment; so does a grant that did not open the post.
    # A grant that the author withdrew is closed.
    RequestState.APPROVED: {RequestState.PENDING, RequestState.CLOSED},
    RequestState.REJECTED: {RequestState.PENDING},
    RequestState.WITHDRAWN: {RequestState.PENDING},
    RequestState.CLOSED: {RequestState.PENDING},
}
MOST_WAITING = 100
PAUSE_AFTER_REFUSAL = timedelta(days=7)


class AlreadyAnswered(Exception):
    """The request no longer waits; `state` is what became of it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"The request is {state}.")
        self.state = state


class CannotAsk(Exception):
    """Base of the reasons why somebody may not ask for a post right now."""


class NoActiveKey(CannotAsk):
    """The asker has no public key that could be wrapped for."""


class NothingToAskFor(CannotAsk):
    """Every active key of the asker has its wrapped key already, or the post is not sealed yet."""


class TooManyWaiting(CannotAsk):
    """The asker has as many waiting requests in this group as anybody may have."""


class Muted(CannotAsk):
    """The author does not want to be asked by this person."""


class TooSoon(CannotAsk):
    """The author refused; the asker may ask again at `when`."""

    def __init__(self, when: datetime) -> None:
        super().__init__(f"May ask again at {when}.")
        self.when = when


@transaction.atomic
def ask(post: Post, *, asker: User, message: str = "") -> tuple[ReadRequest, bool]:
    """Ask the author to read; the request, and whether it is newly waiting. CannotAsk says why not.

    NotAMember if the asker no longer belongs to the group.
    """
    read_request, is_new = _ask(post, asker=asker, message=message)
    if is_new:
        tell_author(read_request)
    return read_request, is_new


@transaction.atomic
def withdraw(read_request: ReadRequest) -> None:
    """The asker takes the question back; AlreadyAnswered if it no longer waits."""
    move(read_request, RequestState.PENDING, to=RequestState.WITHDRAWN)
    tell_closed(read_request)


def close_without_keys(asker: User) -> None:
    """Close those for which none of the pinned keys is left. In the transaction that revoked one."""
    left = PublicKey.objects.active().filter(pk=OuterRef("public_keys"))
    waiting = ReadRequest.objects.pending().filter(asker=asker)
    _close_all(_with_people(waiting.exclude(pk__in=waiting.filter(Exists(left)))))


def close_of_member(group: Group, *, user: User) -> None:
    """Close those that somebody who left had asked, or should have answered. In the transaction that ended it."""
    concerned = Q(asker=user) | Q(post__author=user)
    _close_all(_with_people(ReadRequest.objects.pending().filter(concerned, post__group=group)))


def close_of_post(post: Post) -> None:
    """Close those about a post that is being deleted."""
    _close_all(_with_people(ReadRequest.objects.pending().filter(post=post)))


def move(read_request: ReadRequest, *origins: RequestState, to: RequestState, **changes: object) -> None:
    """Move a request on; AlreadyAnswered, and nothing changed, if it is not where the move starts."""
    if not _moved(read_request, set(origins), to=to, **changes):
        raise AlreadyAnswered(ReadRequest.objects.values_list("state", flat=True).get(pk=read_request.pk))


def pending_count(author: User) -> int:
    """How many requests wait for this author."""
    return ReadRequest.objects.to_answer_by(author).pending().count()


def may_ask_again_at(read_request: ReadRequest | None) -> datetime | None:
    """After a refusal, when the asker may ask again; else None."""
    if read_request is None or read_request.state != RequestState.REJECTED or read_request.answered_at is None:
        return None
    return read_request.answered_at + PAUSE_AFTER_REFUSAL


def tell_author(read_request: ReadRequest) -> None:
    """Tell the author's tabs that somebody asks."""
    author = read_request.post.author
    first_key = read_request.public_keys.order_by("pk")[0]
    live.tell(
        live.user_channel(author),
        "read_request.created",
        within=read_request.post.group,
        request_id=read_request.pk,
        post_id=str(read_request.post.uid),
        requested_user_id=str(read_request.asker.uid),
        user_public_key=first_key.pem,
        pending=partial(pending_count, author),
    )


def tell_closed(read_request: ReadRequest) -> None:
    """Tell the author's tabs that one no longer waits, and how many still do."""
    author = read_request.post.author
    live.tell(
        live.user_channel(author),
        "read_request.closed",
        within=read_request.post.group,
        request_id=read_request.pk,
        pending=partial(pending_count, author),
    )


def _ask(post: Post, *, asker: User, message: str) -> tuple[ReadRequest, bool]:
    members.hold(post.group, user=asker)
    public_keys = list(PublicKey.objects.active().filter(user=asker))
    if not public_keys:
        raise NoActiveKey
    read_request = ReadRequest.objects.select_for_update().filter(post=post, asker=asker).first()
    if read_request is not None and read_request.is_pending:
        return read_request, False
    _check_may_ask(post, asker, public_keys, read_request)
    if read_request is None:
        read_request = ReadRequest.objects.create(post=post, asker=asker, message=message)
    else:
        move(
            read_request,
            RequestState(read_request.state),
            to=RequestState.PENDING,
            message=message,
            reason="",
            asked_at=Now(),
            answered_at=None,
            reported_at=None,
        )
    read_request.public_keys.set(public_keys)
    return read_request, True


def _check_may_ask(
    post: Post, asker: User, public_keys: list[PublicKey], earlier: ReadRequest | None
) -> None:
    wrapped = PostKey.objects.filter(post=post, public_key__in=public_keys).count()
    if post.state not in {State.ENCRYPTING, State.PUBLISHED} or wrapped == len(public_keys):
        raise NothingToAskFor
    if Mute.objects.filter(author=post.author, asker=asker).exists():
        raise Muted
    if (when := may_ask_again_at(earlier)) and when > timezone.now():
        raise TooSoon(when)
    if ReadRequest.objects.pending().filter(asker=asker, post__group=post.group).count() >= MOST_WAITING:
        raise TooManyWaiting


def _close_all(read_requests: Iterable[ReadRequest]) -> None:
    for read_request in read_requests:
        if _moved(read_request, {RequestState.PENDING}, to=RequestState.CLOSED):
            tell_closed(read_request)


def _with_people(read_requests: QuerySet[ReadRequest]) -> QuerySet[ReadRequest]:
    return read_requests.select_related("asker", "post__author", "post__group").defer(
        *(f"post__{field}" for field in CONTENT)
    )


def _moved(
    read_request: ReadRequest, origins: set[RequestState], *, to: RequestState, **changes: object
) -> bool:
    if not all(to in MOVES[origin] for origin in origins):
        raise ValueError(f"No move leads from {origins} to {to}.")
    # One conditional UPDATE: of two tabs that press different buttons, the first wins.
    moved = ReadRequest.objects.filter(pk=read_request.pk, state__in=origins).update(state=to, **changes)
    if moved:
        read_request.state = to
    return bool(moved)
