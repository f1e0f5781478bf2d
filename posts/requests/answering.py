"""The author's answers to read requests, and what can become of a grant later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from accounts.domain.locks import lock_people
from accounts.models import PublicKey, User
from posts.models import SEALED, AlreadyAnswered, Mute, ReadRequest, RequestState, Revision
from posts.models.transitions import move
from posts.requests import closing, events, locks
from posts.sealing import recipients, wrapped_keys
from secureblogs.crypto.public_keys import load_public_key


@dataclass
class WrongKeys(Exception):
    """The wrapped keys are not exactly those that the request asks for; fingerprints in hex."""

    missing: list[str]
    unexpected: list[str]
    wrong_size: list[str]


class Revised(Exception):
    """The post has another text by now; `revision` is its number. Nothing is answered yet."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"Revision {revision} is the one to grant.")
        self.revision = revision


class NothingGranted(Exception):
    """The request brought no wrapped key, or none for these public keys."""


def approve(read_request: ReadRequest, *, keys: Mapping[str, bytes], revision: int = 1) -> None:
    """Store a wrapped key of this revision, by fingerprint, for each pinned key that is still active.

    WrongKeys if they are not exactly those, Revised if readers are shown another one, AlreadyAnswered if the request no
    longer waits.
    """
    if not _approve(read_request, keys, revision):
        raise AlreadyAnswered(RequestState.CLOSED)


@transaction.atomic
def reject(read_request: ReadRequest, *, reason: str = "") -> None:
    """Say no, with a reason that the asker reads; AlreadyAnswered if the request no longer waits."""
    move(read_request, to=RequestState.REJECTED, answered_at=Now(), reported_at=None, reason=reason)
    events.publish_answered(read_request, "read_request.rejected")


@transaction.atomic
def withdraw_grant(read_request: ReadRequest) -> None:
    """Take back what was granted: the wrapped keys are deleted. What was read was read. NothingGranted."""
    locks.lock_answer(read_request)
    try:
        move(read_request, RequestState.APPROVED, to=RequestState.CLOSED, answered_at=Now())
        is_granted = True
    except AlreadyAnswered:
        # The asker may have asked again since, for one more key.
        is_granted = False
    if not wrapped_keys.forget_granted(read_request.post, user=read_request.asker) and not is_granted:
        raise NothingGranted
    events.publish_closed(read_request)


@transaction.atomic
def report_wrong(read_request: ReadRequest, *, fingerprints: Collection[str]) -> None:
    """The asker's browser found that these granted keys don't open the post: delete them and ask again.

    NothingGranted if none of them is the request's, AlreadyAnswered if it isn't granted any more. Gone.
    """
    # Without this lock the author could mute the asker meanwhile, and would be asked again all the same.
    lock_people(read_request.asker)
    locks.lock_answer(read_request)
    is_heard = _is_heard(read_request)
    state = RequestState.PENDING if is_heard else RequestState.CLOSED
    answered_at = None if is_heard else Now()
    move(read_request, RequestState.APPROVED, to=state, answered_at=answered_at, reported_at=Now())
    if not wrapped_keys.forget_granted(read_request.post, user=read_request.asker, fingerprints=fingerprints):
        raise NothingGranted
    if is_heard:
        events.publish_created(read_request, read_request.public_keys.active().order_by("pk")[0])
    else:
        events.publish_closed(read_request)


def _is_heard(read_request: ReadRequest) -> bool:
    # A muted asker does not reach the author this way either; an author who left the group, or can't log in, answers
    # nothing.
    author, asker = read_request.post.author, read_request.asker
    is_there = locks.lock_of_members(read_request.post.group, [author.pk]).rows()
    closed = User.objects.filter(pk__in=[author.pk, asker.pk], is_active=False)
    return bool(is_there) and not closed.exists() and not Mute.objects.between(author, asker).exists()


@transaction.atomic
def _approve(read_request: ReadRequest, keys: Mapping[str, bytes], revision: int) -> bool:
    # The shared locks keep everybody from revoking a key, ending a membership or deleting the post meanwhile.
    is_member = locks.lock_answer(read_request)
    move(read_request, to=RequestState.APPROVED, answered_at=Now(), reported_at=None, times_asked=0)
    # `move` holds the row by now; before, an asker who asks anew could pin other keys.
    pinned = {key.fingerprint: key for key in read_request.public_keys.active().order_by("pk") if is_member}
    if not pinned:
        closing.close(read_request)
        return False
    post = read_request.post
    # Nobody publishes an edit, or looks up for whom one is, while the post is locked.
    post.current = Revision.objects.shown_of(post).defer(*SEALED).get()
    if post.current.number != revision:
        raise Revised(post.current.number)
    _check(pinned, keys)
    wrapped = [(key.pk, keys[fingerprint], Now()) for fingerprint, key in pinned.items()]
    # What was granted before gives way: the asker may have reported it as wrong on another device.
    wrapped_keys.forget_granted(read_request.post, user=read_request.asker, fingerprints=pinned)
    wrapped_keys.store_granted(post.current, wrapped)
    recipients.add_batch(post, [key.pk for key in pinned.values()])
    events.publish_answered(read_request, "read_request.approved")
    return True


def _check(pinned: Mapping[str, PublicKey], keys: Mapping[str, bytes]) -> None:
    wrong_size = [
        fingerprint
        for fingerprint, key in pinned.items()
        if fingerprint in keys
        and len(keys[fingerprint]) != load_public_key(key.algorithm, bytes(key.der)).wrapped_size
    ]
    missing, unexpected = sorted(pinned.keys() - keys.keys()), sorted(keys.keys() - pinned.keys())
    if missing or unexpected or wrong_size:
        raise WrongKeys(missing, unexpected, sorted(wrong_size))
