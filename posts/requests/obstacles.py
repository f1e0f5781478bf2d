"""What keeps somebody from asking to read a post right now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.domain.quotas import Quota
from accounts.models import User
from groups.models import Group, Membership
from posts.models import Mute, Post, ReadRequest, RequestState, State
from posts.models.post import PostQuerySet
from secureblogs.queries.bound import BoundQuery, Row
from secureblogs.queries.compiled import CompiledQuery

# Only a post that has content already can be granted.
SEALED = [State.ENCRYPTING, State.PUBLISHED]
PAUSE_AFTER_REFUSAL = timedelta(days=7)
# How often one may ask for one post: each time tells its author anew, and an answer begins the count anew.
MOST_TIMES = 3
COUNTED_FOR = timedelta(hours=1)
UNANSWERED = [RequestState.WITHDRAWN, RequestState.CLOSED]


class CannotAsk(Exception):
    """Base of the reasons why somebody may not ask for a post right now; posts.requests.messages words them."""


class NoActiveKey(CannotAsk):
    """The asker has no public key that could be wrapped for."""


class NothingToAskFor(CannotAsk):
    """Every active key of the asker has its wrapped key already, or the post is not sealed yet."""


class NobodyCanGrant(CannotAsk):
    """The asker is the author, and no key of theirs is left that opens the post."""


class AuthorGone(CannotAsk):
    """The author left the group, and answers nothing in it any more."""


class AuthorClosed(CannotAsk):
    """The author's account is closed: nobody logs in to answer."""


class LockedGroup(CannotAsk):
    """A moderator of the site locked the group."""


class TooManyWaiting(CannotAsk):
    """The asker has as many waiting requests as anybody may have."""


class Muted(CannotAsk):
    """The author does not want to be asked by this person."""


class TooSoon(CannotAsk):
    """The author refused; the asker may ask again at `when`."""

    def __init__(self, when: datetime) -> None:
        super().__init__(f"May ask again at {when}.")
        self.when = when


class TooOften(CannotAsk):
    """The asker has asked for the post again and again; they may once more at `when`."""

    def __init__(self, when: datetime) -> None:
        super().__init__(f"May ask again at {when}.")
        self.when = when

    @property
    def minutes(self) -> int:
        """How long that is from now, rounded up."""
        return max(1, -(-(self.when - timezone.now()) // timedelta(minutes=1)))


def questions(post: Post, asker: User) -> tuple[BoundQuery, BoundQuery]:
    """What `obstacle` has to know."""
    return _NOW.bind(post, asker), all_waiting(asker)


def obstacle(
    found: Sequence[list[Row]], *, asker: User, has_key: bool, earlier: ReadRequest | None
) -> CannotAsk | None:
    """The first reason why the asker, with an active key or without, may not ask; None if they may.

    `found` are the answers to `questions`.
    """
    if not has_key:
        return NoActiveKey()
    of_post, waiting = found
    now = next(map(_Now._make, of_post), None)
    if now is None or now.current__state not in SEALED or not now.lacks_key:
        return NothingToAskFor()
    if now.author_id == asker.pk and not now.is_readable:
        return NobodyCanGrant()
    if not now.author_belongs:
        return AuthorGone()
    if not now.author__is_active:
        return AuthorClosed()
    if now.is_muted:
        return Muted()
    if earlier and (when := may_ask_again_at(earlier.state, earlier.answered_at)) and when > timezone.now():
        return TooSoon(when)
    if (when := asked_too_often_until(earlier)) and when > timezone.now():
        return TooOften(when)
    if now.group__locked_at is not None:
        return LockedGroup()
    return TooManyWaiting() if WAITING.status(asker, used=len(waiting)).is_met else None


class _Now(NamedTuple):
    """How a post and its author stand to an asker, by the names that Post's querysets have."""

    current__state: str
    lacks_key: bool
    author_id: int
    is_readable: bool
    author_belongs: bool
    author__is_active: bool
    is_muted: bool
    group__locked_at: datetime | None


# Everybody who asks waits for it while they hold their rows: 8 ms of processor time are 0.2 when the query is compiled.
_NOW = CompiledQuery(
    lambda post, asker: (
        Post.objects.filter(pk=post.pk)
        .with_access(asker)
        .with_own_keys(asker)
        .with_answerer(asker)
        .values_list(*_Now._fields)
    ),
    Post,
    User,
)


def askable(group: Group, asker: User) -> PostQuerySet:
    """The posts of others, newest first, that the asker could ask for right now."""
    can_answer = Membership.objects.filter(group=group, user__is_active=True)
    refused_lately = Q(state=RequestState.REJECTED, answered_at__gt=Now() - PAUSE_AFTER_REFUSAL)
    too_often = Q(state__in=UNANSWERED, times_asked__gte=MOST_TIMES, counted_from__gt=Now() - COUNTED_FOR)
    asked = ReadRequest.objects.filter(
        Q(state=RequestState.PENDING) | refused_lately | too_often, asker=asker
    )
    return (
        Post.objects.lacking_key_of(asker)
        .filter(group=group, current__state__in=SEALED)
        .filter(author__in=can_answer.exclude(user=asker).values("user"))
        .exclude(author__in=Mute.objects.filter(asker=asker).values("author"))
        .exclude(pk__in=asked.values("post"))
        .select_related("group", "author")
        .order_by("-submitted_at", "-pk")
    )


def all_askable(group: Group, asker: User) -> BoundQuery:
    """The same posts, to be counted."""
    return _ASKABLE.bind(group, asker)


# A group's front page counts them: 5.4 ms of processor time are 0.1 when the query is compiled.
_ASKABLE = CompiledQuery(lambda group, asker: askable(group, asker).order_by().values_list("pk"), Group, User)


def may_ask_again_at(state: str | None, answered_at: datetime | None) -> datetime | None:
    """When somebody may ask again whose request is in this state, if that is a refusal; else None."""
    if state != RequestState.REJECTED or answered_at is None:
        return None
    return answered_at + PAUSE_AFTER_REFUSAL


def asked_too_often_until(read_request: ReadRequest | None) -> datetime | None:
    """When an asker who has asked as often as one may without an answer may ask again; else None."""
    if read_request is None or read_request.state not in UNANSWERED:
        return None
    return read_request.counted_from + COUNTED_FOR if read_request.times_asked >= MOST_TIMES else None


def all_waiting(asker: User) -> BoundQuery:
    """The requests of this person that wait, to be counted."""
    return _WAITING.bind(asker)


# 1.0 ms of processor time are 0.1 when the query is compiled.
_WAITING = CompiledQuery(
    lambda asker: ReadRequest.objects.pending().filter(asker=asker).order_by().values_list("pk"), User
)


def _count(asker: User) -> int:
    return all_waiting(asker).count()


def _few_left(used: int, most: int) -> str:
    return ngettext(
        "%(used)d of the %(most)d request that one person may have waits for an answer.",
        "%(used)d of the %(most)d requests that one person may have wait for an answer.",
        most,
    ) % {"used": used, "most": most}


def _none_left(most: int, wait: str) -> str:
    return ngettext(
        "%(most)d request of yours waits, and no more may. Ask again when it is answered, or withdraw it.",
        "%(most)d requests of yours wait, and no more may. Ask again when some are answered, or withdraw one.",
        most,
    ) % {"most": most}


WAITING = Quota("QUOTA_WAITING_REQUESTS", _count, _few_left, _none_left)
