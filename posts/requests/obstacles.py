"""What keeps somebody from asking to read a post right now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.domain.quotas import Quota
from accounts.models import User
from groups.models import Group
from posts.models import Post, ReadRequest, RequestState, State
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


def obstacle(found: Sequence[list[Row]], *, asker: User, has_key: bool) -> CannotAsk | None:
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
    if now.refused_until:
        return TooSoon(now.refused_until)
    if now.too_often_until:
        return TooOften(now.too_often_until)
    if now.group__locked_at is not None:
        return LockedGroup()
    return TooManyWaiting() if WAITING.status(asker, used=len(waiting)).is_met else None


class _Now(NamedTuple):
    """How a post and its author stand to an asker, by the names of `_with_obstacles`."""

    current__state: str
    lacks_key: bool
    author_id: int
    is_readable: bool
    author_belongs: bool
    author__is_active: bool
    is_muted: bool
    refused_until: datetime | None
    too_often_until: datetime | None
    group__locked_at: datetime | None


def refused_until(asked: str) -> Case:
    """When a person may ask again whose request, in the columns `asked`, was refused; null where they may by now."""
    answered_at = f"{asked}answered_at"
    is_lately = {f"{asked}state": RequestState.REJECTED, f"{answered_at}__gt": Now() - PAUSE_AFTER_REFUSAL}
    return Case(When(**is_lately, then=F(answered_at) + PAUSE_AFTER_REFUSAL))


def is_counted(asked: str = "") -> Q:
    """Whether one more time would follow those that a request, in the columns `asked`, counts already."""
    lately = {f"{asked}counted_from__gt": Now() - COUNTED_FOR}
    return Q(**{f"{asked}state__in": UNANSWERED}, **lately)


def _with_obstacles(posts: PostQuerySet, asker: User) -> PostQuerySet:
    """Each post with what may keep this person from asking for it.

    `too_often_until` is null unless they asked as often as one may without an answer.
    """
    is_too_often = is_counted("asked__") & Q(asked__times_asked__gte=MOST_TIMES)
    return (
        posts.with_answerer(asker)
        .with_request_of(asker)
        .annotate(
            refused_until=refused_until("asked__"),
            too_often_until=Case(When(is_too_often, then=F("asked__counted_from") + COUNTED_FOR)),
        )
    )


def _now(post: Post, asker: User) -> "QuerySet[Post, tuple[object, ...]]":
    one = Post.objects.filter(pk=post.pk).with_access(asker).with_own_keys(asker)
    return _with_obstacles(one, asker).values_list(*_Now._fields)


# Everybody who asks waits for it while they hold their rows: 8 ms of processor time are 0.2 when the query is compiled.
_NOW = CompiledQuery(_now, Post, User)


def askable(group: Group, asker: User) -> PostQuerySet:
    """The posts of others, newest first, that the asker could ask for right now and does not wait for."""
    waiting = ReadRequest.objects.pending().filter(asker=asker)
    without_obstacle = {
        "current__state__in": SEALED,
        "author_belongs": True,
        "author__is_active": True,
        "is_muted": False,
        "refused_until": None,
        "too_often_until": None,
    }
    return (
        _with_obstacles(Post.objects.lacking_key_of(asker), asker)
        .filter(group=group, **without_obstacle)
        .exclude(author=asker)
        .exclude(pk__in=waiting.values("post"))
        .select_related("group", "author")
        .order_by("-submitted_at", "-pk")
    )


def all_askable(group: Group, asker: User) -> BoundQuery:
    """The same posts, to be counted."""
    return _ASKABLE.bind(group, asker)


# A group's front page counts them: 5.4 ms of processor time are 0.1 when the query is compiled.
_ASKABLE = CompiledQuery(lambda group, asker: askable(group, asker).order_by().values_list("pk"), Group, User)


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
