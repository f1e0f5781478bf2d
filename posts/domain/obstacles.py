"""What keeps somebody from asking to read a post right now."""

from datetime import datetime, timedelta

from django.db.models import Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from posts.models import Mute, Post, PostKey, ReadRequest, RequestState, State
from posts.models.post import PostQuerySet
from secureblogs.composed import ComposedQuery, Question, counts

# What can be asked for: what has content already.
SEALED = [State.ENCRYPTING, State.PUBLISHED]
MOST_WAITING = 100
PAUSE_AFTER_REFUSAL = timedelta(days=7)
# For one post. Each time tells its author anew; an answer begins the count anew.
MOST_TIMES = 3
COUNTED_FOR = timedelta(hours=1)
UNANSWERED = [RequestState.WITHDRAWN, RequestState.CLOSED]


class CannotAsk(Exception):
    """Base of the reasons why somebody may not ask for a post right now; `code` names them for templates."""

    code = ""


class NoActiveKey(CannotAsk):
    """The asker has no public key that could be wrapped for."""

    code = "no-key"


class NothingToAskFor(CannotAsk):
    """Every active key of the asker has its wrapped key already, or the post is not sealed yet."""

    code = "nothing"


class NobodyCanGrant(CannotAsk):
    """The asker is the author, and no key of theirs is left that opens the post."""

    code = "nobody"


class AuthorGone(CannotAsk):
    """The author left the group, and answers nothing in it any more."""

    code = "author-gone"


class AuthorClosed(CannotAsk):
    """The author's account is closed: nobody logs in to answer."""

    code = "author-closed"


class LockedGroup(CannotAsk):
    """A moderator of the site locked the group."""

    code = "locked"


class TooManyWaiting(CannotAsk):
    """The asker has as many waiting requests in this group as anybody may have."""

    code = "too-many"


class Muted(CannotAsk):
    """The author does not want to be asked by this person."""

    code = "muted"


class TooSoon(CannotAsk):
    """The author refused; the asker may ask again at `when`."""

    code = "too-soon"

    def __init__(self, when: datetime) -> None:
        super().__init__(f"May ask again at {when}.")
        self.when = when


class TooOften(CannotAsk):
    """The asker has asked for the post again and again; they may once more at `when`."""

    code = "too-often"

    def __init__(self, when: datetime) -> None:
        super().__init__(f"May ask again at {when}.")
        self.when = when

    @property
    def minutes(self) -> int:
        """How long that is from now, rounded up."""
        return max(1, -(-(self.when - timezone.now()) // timedelta(minutes=1)))


def obstacle(
    post: Post, *, asker: User, public_keys: list[int], earlier: ReadRequest | None
) -> CannotAsk | None:
    """The first reason why the asker, with these active keys, may not ask; None if they may."""
    if not public_keys:
        return NoActiveKey()
    wrapped, authors_here, authors_open, mutes, waiting = counts(
        _WRAPPED.about(post, asker),
        _BELONGS.about(post.group, post.author),
        _OPEN.about(post.author),
        _MUTES.about(post.author, asker),
        _WAITING.about(post.group, asker),
    )
    if post.state not in SEALED or wrapped == len(public_keys):
        return NothingToAskFor()
    if post.author_id == asker.pk and not wrapped:
        return NobodyCanGrant()
    if not authors_here:
        return AuthorGone()
    if not authors_open:
        return AuthorClosed()
    if mutes:
        return Muted()
    if (when := may_ask_again_at(earlier)) and when > timezone.now():
        return TooSoon(when)
    if (when := asked_too_often_until(earlier)) and when > timezone.now():
        return TooOften(when)
    if post.group.is_locked:
        return LockedGroup()
    return None if waiting < MOST_WAITING else TooManyWaiting()


_WRAPPED = ComposedQuery(
    lambda post, asker: PostKey.objects.filter(
        post=post, public_key__in=PublicKey.objects.active().filter(user=asker)
    ).values_list("pk"),
    Post,
    User,
)
_BELONGS = ComposedQuery(
    lambda group, user: Membership.objects.filter(group=group, user=user).values_list("pk"), Group, User
)
_OPEN = ComposedQuery(lambda user: User.objects.filter(pk=user.pk, is_active=True).values_list("pk"), User)
_MUTES = ComposedQuery(
    lambda author, asker: Mute.objects.between(author, asker).values_list("pk"), User, User
)
_WAITING = ComposedQuery(
    lambda group, asker: (
        ReadRequest.objects.pending().filter(asker=asker, post__group=group).order_by().values_list("pk")
    ),
    Group,
    User,
)


def askable(group: Group, asker: User) -> PostQuerySet:
    """The posts from before the asker joined, newest first, that they could ask for right now."""
    # By number, as it was decided whom the post is for: a clock may jump.
    membership = Membership.objects.filter(group=group, user=asker).values("pk")
    can_answer = Membership.objects.filter(group=group, user__is_active=True)
    refused_lately = Q(state=RequestState.REJECTED, answered_at__gt=Now() - PAUSE_AFTER_REFUSAL)
    too_often = Q(state__in=UNANSWERED, times_asked__gte=MOST_TIMES, counted_from__gt=Now() - COUNTED_FOR)
    asked = ReadRequest.objects.filter(
        Q(state=RequestState.PENDING) | refused_lately | too_often, asker=asker
    )
    return (
        Post.objects.unreadable_by(asker)
        .filter(group=group, state__in=SEALED, newest_membership__lt=Subquery(membership))
        .filter(author__in=can_answer.exclude(user=asker).values("user"))
        .exclude(author__in=Mute.objects.filter(asker=asker).values("author"))
        .exclude(pk__in=asked.values("post"))
        .select_related("group", "author")
        .order_by("-submitted_at", "-pk")
    )


def all_askable(group: Group, asker: User) -> Question:
    """The same posts, to be counted."""
    return _ASKABLE.about(group, asker)


_ASKABLE = ComposedQuery(lambda group, asker: askable(group, asker).order_by().values_list("pk"), Group, User)


def may_ask_again_at(read_request: ReadRequest | None) -> datetime | None:
    """After a refusal, when the asker may ask again; else None."""
    if (
        read_request is None
        or read_request.state != RequestState.REJECTED
        or read_request.answered_at is None
    ):
        return None
    return read_request.answered_at + PAUSE_AFTER_REFUSAL


def asked_too_often_until(read_request: ReadRequest | None) -> datetime | None:
    """When the asker may ask again who has asked as often as one may without an answer; else None."""
    if read_request is None or read_request.state not in UNANSWERED:
        return None
    return read_request.counted_from + COUNTED_FOR if read_request.times_asked >= MOST_TIMES else None


def room(group: Group, asker: User) -> int:
    """How many more requests of this person may wait in the group."""
    return max(0, MOST_WAITING - _WAITING.about(group, asker).count())
