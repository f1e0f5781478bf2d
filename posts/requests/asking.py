"""Asking to read a post without a key for it. The author's answers stand in posts.requests.answering."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists
from django.db.models.functions import Now

from accounts.domain.locks import all_may_log_in, lock_of_people, lock_people
from accounts.models import PublicKey, User
from groups.domain.members import NotAMember
from groups.models import Group
from posts.models import Post, PostKey, ReadRequest, RequestState
from posts.models.transitions import move
from posts.requests import events, locks, obstacles, opening
from posts.requests.obstacles import (
    CannotAsk,
    LockedGroup,
    Muted,
    NoActiveKey,
    NothingToAskFor,
    TooManyWaiting,
)
from secureblogs.queries.bound import BoundQuery, Row, rows_of


class PostGone(Exception):
    """The post was deleted in the same moment."""


@dataclass(frozen=True, slots=True)
class AskStatus:
    """What a reader asked about a post, and what keeps them from asking, or asking again.

    `missing` are the fingerprints of their active keys that the post is not wrapped for.
    """

    read_request: ReadRequest | None
    obstacle: CannotAsk | None
    missing: list[str]

    @property
    def is_refused(self) -> bool:
        """Whether the page tells the reader of a refusal; it tells nothing to a reader who is muted."""
        is_rejected = self.read_request is not None and self.read_request.state == RequestState.REJECTED
        return is_rejected and not isinstance(self.obstacle, Muted)


def status_of(post: Post, *, asker: User) -> AskStatus:
    """What a reader, not all of whose keys open the post, asked about it and may ask."""
    earlier = ReadRequest.objects.filter(post=post, asker=asker).first()
    answers = rows_of(*obstacles.questions(post, asker))
    active = PublicKey.objects.active_of(asker).order_by("pk")
    wrapped = PostKey.objects.for_key_or_older(revision=post.current)
    keys = list(active.annotate(has_wrapped=Exists(wrapped)).values_list("fingerprint", "has_wrapped"))
    found = obstacles.obstacle(answers, asker=asker, has_key=bool(keys))
    return AskStatus(earlier, found, [fingerprint for fingerprint, has_wrapped in keys if not has_wrapped])


@transaction.atomic
def ask(post: Post, *, asker: User, message: str = "") -> tuple[ReadRequest, bool]:
    """Ask the author to read; the request, and whether it is newly waiting. CannotAsk says why not.

    NotAMember if the asker no longer belongs to the group, or can't log in any more; PostGone if the post is gone.
    """
    questions = opening.earlier_request(post, asker), *obstacles.questions(post, asker)
    public_keys, still_there, (asked, *answers) = _hold(asker, post.group, [post], *questions)
    if not still_there:
        raise PostGone
    earlier = next((opening.REQUEST.take(iter(row)) for row in asked), None)
    if earlier is not None and earlier.is_pending:
        return earlier, False
    found = obstacles.obstacle(answers, asker=asker, has_key=bool(public_keys))
    if found:
        raise found
    read_request = opening.open_request(post, asker, public_keys, earlier, message)
    events.publish_created(read_request, public_keys[0])
    return read_request, True


@transaction.atomic
def ask_all(group: Group, *, asker: User) -> list[ReadRequest]:
    """Ask for every post that a key of the asker lacks, the newest first, as far as requests may wait.

    Each author is told once. NotAMember, or CannotAsk if none can be asked for.
    """
    # This waits for the asker's own joining, so that the query below sees the posts that they may ask for by then.
    lock_people(asker)
    wanted = obstacles.askable(group, asker)
    public_keys, held, _ = _hold(asker, group, list(wanted[: obstacles.WAITING.most]))
    # An author may have left, or muted the asker, before all was locked.
    still_wanted = list(wanted.filter(pk__in=[post.pk for post in held]))
    if not public_keys:
        raise NoActiveKey
    if group.is_locked:
        raise LockedGroup
    room = obstacles.WAITING.status(asker)
    posts = still_wanted[: max(0, room.most - room.used)]
    if not posts:
        raise TooManyWaiting if still_wanted else NothingToAskFor
    earlier = ReadRequest.objects.select_for_update(of=("self",)).filter(post__in=posts, asker=asker)
    by_post = {read_request.post_id: read_request for read_request in earlier.in_order_of_locks()}
    asked = [
        opening.open_request(post, asker, public_keys, by_post.get(post.pk), "")
        for post in posts
        if post.pk not in by_post or not by_post[post.pk].is_pending
    ]
    # Each author hears of their newest post: a dict keeps what was put in last.
    for read_request in {each.post.author_id: each for each in reversed(asked)}.values():
        events.publish_created(read_request, public_keys[0])
    return asked


@transaction.atomic
def withdraw(read_request: ReadRequest) -> None:
    """The asker takes the question back; AlreadyAnswered if it no longer waits."""
    move(read_request, to=RequestState.WITHDRAWN, answered_at=Now())
    events.publish_closed(read_request)


def _hold(
    asker: User, group: Group, posts: list[Post], *questions: BoundQuery
) -> tuple[list[PublicKey], list[Post], list[list[Row]]]:
    """Lock what asking depends on, and then ask the questions, all in one round trip.

    The asker's active keys, those of the posts that are still there, and the answers.
    """
    people, there, members, public_keys, *answers = rows_of(
        # A person asks one question after the other, so that those that wait are counted rightly.
        lock_of_people(asker),
        locks.lock_of_posts(posts),
        locks.lock_of_members(group, {asker.pk, *(post.author_id for post in posts)}),
        locks.lock_of_keys(asker),
        # By now none of this can change.
        *questions,
    )
    may_log_in = all_may_log_in([asker], people)
    if (asker.pk,) not in members or not may_log_in:
        raise NotAMember
    keys = [key for key in (locks.KEY.take(iter(row)) for row in public_keys) if key.is_active]
    return keys, [post for post in posts if (post.pk,) in there], answers
