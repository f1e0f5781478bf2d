"""The author's answers to read requests, and what can become of a grant later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from accounts.domain.locks import lock_people
from accounts.models import PublicKey, User
from posts.domain import closings, request_locks, request_news, wrapped_keys
from posts.domain.request_moves import AlreadyAnswered, move, try_move
from posts.models import Mute, ReadRequest, RequestState
from secureblogs.crypto.public_keys import load_public_key


@dataclass
class WrongKeys(Exception):
    """The wrapped keys are not exactly those that the request asks for; fingerprints in hex."""

    missing: list[str]
    unexpected: list[str]
    wrong_size: list[str]


class NothingGranted(Exception):
    """There is no wrapped key that this request brought, or not for these public keys."""


def approve(read_request: ReadRequest, *, keys: Mapping[str, bytes]) -> None:
    """Store a wrapped key, by fingerprint, for each pinned key that is still active.

    WrongKeys if they are not exactly those, AlreadyAnswered if the request no longer waits.
    """
    if not _approve(read_request, keys):
        raise AlreadyAnswered(RequestState.CLOSED)


@transaction.atomic
def reject(read_request: ReadRequest, *, reason: str = "") -> None:
    """Say no, with a reason that the asker reads; AlreadyAnswered if the request no longer waits."""
    move(
        read_request,
        RequestState.PENDING,
        to=RequestState.REJECTED,
        answered_at=Now(),
        reported_at=None,
        reason=reason,
    )
    request_news.tell_answered(read_request, "read_request.rejected")


@transaction.atomic
def withdraw_grant(read_request: ReadRequest) -> None:
    """Take back what was granted: the wrapped keys are deleted. What was read was read. NothingGranted."""
    request_locks.lock_answer(read_request)
    is_granted = try_move(read_request, RequestState.APPROVED, to=RequestState.CLOSED, answered_at=Now())
    # Not only if it is approved: the asker may have asked again since, for one more key.
    if not wrapped_keys.forget_granted(read_request.post, user=read_request.asker) and not is_granted:
        raise NothingGranted
    request_news.tell_closed(read_request)


@transaction.atomic
def report_wrong(read_request: ReadRequest, *, fingerprints: Collection[str]) -> None:
    """The asker's browser found that these granted keys don't open the post: delete them and ask again.

    NothingGranted if none of them is the request's, AlreadyAnswered if it isn't granted any more. Gone.
    """
    # The author could mute the asker meanwhile, and would be asked again all the same.
    lock_people(read_request.asker)
    request_locks.lock_answer(read_request)
    is_heard = _is_heard(read_request)
    state = RequestState.PENDING if is_heard else RequestState.CLOSED
    answered_at = None if is_heard else Now()
    move(read_request, RequestState.APPROVED, to=state, answered_at=answered_at, reported_at=Now())
    if not wrapped_keys.forget_granted(read_request.post, user=read_request.asker, fingerprints=fingerprints):
        raise NothingGranted
    if is_heard:
        request_news.tell_created(read_request)
    else:
        request_news.tell_closed(read_request)


def _is_heard(read_request: ReadRequest) -> bool:
    # Whom the author mutes can't reach them this way either, and who left the group answers nothing in it; nor does
    # who can't log in.
    author, asker = read_request.post.author, read_request.asker
    is_there = request_locks.lock_members(read_request.post.group, [author.pk])
    closed = User.objects.filter(pk__in=[author.pk, asker.pk], is_active=False)
    return bool(is_there) and not closed.exists() and not Mute.objects.between(author, asker).exists()


@transaction.atomic
def _approve(read_request: ReadRequest, keys: Mapping[str, bytes]) -> bool:
    # Held shared, so that no key is revoked, no membership ended and no post deleted meanwhile.
    is_member = request_locks.lock_answer(read_request)
    move(
        read_request,
        RequestState.PENDING,
        to=RequestState.APPROVED,
        answered_at=Now(),
        reported_at=None,
        times_asked=0,
    )
    # Not before the row is held: who asks anew pins other keys.
    pinned = {key.fingerprint: key for key in read_request.public_keys.active().order_by("pk") if is_member}
    if not pinned:
        closings.close(read_request)
        return False
    _check(pinned, keys)
    wrapped = [(key.pk, keys[fingerprint]) for fingerprint, key in pinned.items()]
    # What was granted before gives way: it may be what was reported as wrong on another device.
    wrapped_keys.forget_granted(read_request.post, user=read_request.asker, fingerprints=pinned)
    wrapped_keys.store(read_request.post, wrapped, is_granted=True)
    request_news.tell_answered(read_request, "read_request.approved")
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
