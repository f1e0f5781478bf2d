"""Asking to read a post that one has no key for. Answers to it stand in posts.domain.answers."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Now

from accounts.domain.locks import lock_people
from accounts.models import PublicKey, User
from groups.domain.members import NotAMember
from groups.models import Group
from posts.domain import obstacles, request_locks, request_news
from posts.domain.obstacles import (
    CannotAsk,
    LockedGroup,
    NoActiveKey,
    NothingToAskFor,
    TooManyWaiting,
)
from posts.domain.request_moves import move
from posts.models import Post, PostKey, ReadRequest, RequestState


class PostGone(Exception):
    """The post was deleted in the same moment."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody asked about a post, and what keeps them from asking, again perhaps.

    `missing` are the fingerprints of their active keys that the post is not wrapped for.
    """

    read_request: ReadRequest | None
    obstacle: CannotAsk | None
    missing: list[str]


def standing(post: Post, *, asker: User) -> Standing:
    """How it stands between a reader and a post that not all of their keys open."""
    earlier = ReadRequest.objects.filter(post=post, asker=asker).first()
    active = PublicKey.objects.active().filter(user=asker).order_by("pk")
    wrapped = PostKey.objects.filter(post=post, public_key=OuterRef("pk"))
    keys = list(active.annotate(has_wrapped=Exists(wrapped)).values_list("pk", "fingerprint", "has_wrapped"))
    found = obstacles.obstacle(post, asker=asker, public_keys=[pk for pk, _, _ in keys], earlier=earlier)
    return Standing(earlier, found, [fingerprint for _, fingerprint, has_wrapped in keys if not has_wrapped])


@transaction.atomic
def ask(post: Post, *, asker: User, message: str = "") -> tuple[ReadRequest, bool]:
    """Ask the author to read; the request, and whether it is newly waiting. CannotAsk says why not.

    NotAMember if the asker no longer belongs to the group, or can't log in any more; PostGone if the post is gone.
    """
    public_keys, still_there = _hold(asker, post.group, [post])
    if not still_there:
        raise PostGone
    earlier = ReadRequest.objects.select_for_update().filter(post=post, asker=asker).first()
    if earlier is not None and earlier.is_pending:
        return earlier, False
    found = obstacles.obstacle(post, asker=asker, public_keys=public_keys, earlier=earlier)
    if found:
        raise found
    read_request = _open(post, asker, public_keys, earlier, message)
    request_news.tell_created(read_request)
    return read_request, True


@transaction.atomic
def ask_all(group: Group, *, asker: User) -> list[ReadRequest]:
    """Ask for every post from before the asker joined, the newest first, as far as requests may wait.

    Each author is told once. NotAMember, or CannotAsk if none can be asked for.
    """
    wanted = obstacles.askable(group, asker)
    public_keys, held = _hold(asker, group, list(wanted[: obstacles.MOST_WAITING]))
    # Some author may have left or muted the asker until all was held.
    still_wanted = list(wanted.filter(pk__in=[post.pk for post in held]))
    if not public_keys:
        raise NoActiveKey
    if group.is_locked:
        raise LockedGroup
    posts = still_wanted[: obstacles.room(group, asker)]
    if not posts:
        raise TooManyWaiting if still_wanted else NothingToAskFor
    earlier = ReadRequest.objects.select_for_update(of=("self",)).filter(post__in=posts, asker=asker)
    by_post = {read_request.post_id: read_request for read_request in earlier.in_order_of_locks()}
    asked = [
        _open(post, asker, public_keys, by_post.get(post.pk), "")
        for post in posts
        if post.pk not in by_post or not by_post[post.pk].is_pending
    ]
    # The newest of each author's: dict keeps the last one put in.
    for read_request in {each.post.author_id: each for each in reversed(asked)}.values():
        request_news.tell_created(read_request)
    return asked


@transaction.atomic
def withdraw(read_request: ReadRequest) -> None:
    """The asker takes the question back; AlreadyAnswered if it no longer waits."""
    move(read_request, RequestState.PENDING, to=RequestState.WITHDRAWN, answered_at=Now())
    request_news.tell_closed(read_request)


def _hold(asker: User, group: Group, posts: list[Post]) -> tuple[list[int], list[Post]]:
    """The asker's active keys, and those of the posts that are still there; held with all that belong to the group."""
    # One question of a person after the other, so that those that wait are counted rightly.
    lock_people(asker)
    there = request_locks.lock_posts(posts)
    members = request_locks.lock_members(group, {asker.pk, *(post.author_id for post in posts)})
    # Looked at only now that it can't change.
    if asker.pk not in members or not User.objects.filter(pk=asker.pk, is_active=True).exists():
        raise NotAMember
    public_keys = request_locks.lock_active_keys(asker)
    return public_keys, [post for post in posts if post.pk in there]


def _counted() -> dict[str, object]:
    """How often it is asked now in a row, and since when."""
    goes_on = Q(state__in=obstacles.UNANSWERED, counted_from__gt=Now() - obstacles.COUNTED_FOR)
    return {
        "times_asked": Case(When(goes_on, then=F("times_asked") + 1), default=1),
        "counted_from": Case(When(goes_on, then=F("counted_from")), default=Now()),
    }


def _open(
    post: Post, asker: User, public_keys: list[int], earlier: ReadRequest | None, message: str
) -> ReadRequest:
    if earlier is None:
        read_request = ReadRequest.objects.create(post=post, asker=asker, message=message)
        read_request.public_keys.add(*public_keys)
    else:
        read_request = earlier
        read_request.post, read_request.asker = post, asker
        move(
            read_request,
            RequestState(earlier.state),
            to=RequestState.PENDING,
            message=message,
            reason="",
            asked_at=Now(),
            answered_at=None,
            reported_at=None,
            **_counted(),
        )
        read_request.public_keys.set(public_keys)
    return read_request
