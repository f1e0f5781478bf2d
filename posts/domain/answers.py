"""The author's answers to read requests, and what can become of a grant later."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from posts.domain import read_requests, recipients, wrapped_keys
from posts.domain.recipients import Recipient
from posts.models import Mute, Post, PostKey, ReadRequest, RequestState
from secureblogs import live
from secureblogs.crypto.public_keys import load_public_key


@dataclass
class WrongKeys(Exception):
    """The wrapped keys are not exactly those that the request asks for; fingerprints in hex."""

    missing: list[str]
    unexpected: list[str]
    wrong_size: list[str]


@transaction.atomic
def approve(read_request: ReadRequest, *, keys: Mapping[str, bytes]) -> None:
    """Store a wrapped key, by fingerprint, for each pinned key that is still active.

    WrongKeys if they are not exactly those, AlreadyAnswered if the request no longer waits.
    """
    _hold(read_request)
    # Held shared, so that none of them is revoked, nor the membership ended, while the wrapped keys are stored.
    pinned = {key.fingerprint: key for key in recipients.lock_pinned(read_request)}
    read_requests.move(
        read_request, RequestState.PENDING, to=RequestState.APPROVED, answered_at=Now(), reported_at=None
    )
    _check(pinned, keys)
    wrapped_keys.store(read_request.post, [(pinned[fingerprint].pk, keys[fingerprint]) for fingerprint in pinned])
    _tell_both(read_request, "read_request.approved")


@transaction.atomic
def reject(read_request: ReadRequest, *, reason: str = "") -> None:
    """Say no, with a reason that the asker reads; AlreadyAnswered if the request no longer waits."""
    _hold(read_request)
    read_requests.move(read_request, RequestState.PENDING, to=RequestState.REJECTED, answered_at=Now(), reason=reason)
    _tell_both(read_request, "read_request.rejected")


@transaction.atomic
def mute(read_request: ReadRequest) -> None:
    """Refuse without a word, and take no more requests of this person."""
    Mute.objects.get_or_create(author=read_request.post.author, asker=read_request.asker)
    waiting = ReadRequest.objects.pending().filter(post__author=read_request.post.author, asker=read_request.asker)
    for each in waiting.select_related("post__author", "post__group", "asker"):
        reject(each)


@transaction.atomic
def withdraw_grant(read_request: ReadRequest) -> None:
    """Take back what was granted: the wrapped keys are deleted. What was read was read."""
    _hold(read_request)
    read_requests.move(read_request, RequestState.APPROVED, to=RequestState.CLOSED)
    _forget(read_request)


@transaction.atomic
def report_wrong(read_request: ReadRequest, *, fingerprint: str) -> None:
    """The asker's browser found that the granted key does not open the post: delete it and ask again."""
    _hold(read_request)
    read_requests.move(
        read_request, RequestState.APPROVED, to=RequestState.PENDING, answered_at=None, reported_at=Now()
    )
    _forget(read_request, fingerprint=fingerprint)
    read_requests.tell_author(read_request)


def _hold(read_request: ReadRequest) -> None:
    # The post before its requests and keys: whoever deletes it goes the same way.
    Post.objects.select_for_update(no_key=True).only("pk").filter(pk=read_request.post_id).first()


def _check(pinned: Mapping[str, Recipient], keys: Mapping[str, bytes]) -> None:
    wrong_size = [
        fingerprint
        for fingerprint, key in pinned.items()
        if fingerprint in keys and len(keys[fingerprint]) != load_public_key(key.algorithm, key.der).wrapped_size
    ]
    missing, unexpected = sorted(pinned.keys() - keys.keys()), sorted(keys.keys() - pinned.keys())
    if missing or unexpected or wrong_size:
        raise WrongKeys(missing, unexpected, sorted(wrong_size))


def _forget(read_request: ReadRequest, **only: str) -> None:
    pinned = read_request.public_keys.filter(**only)
    PostKey.objects.filter(post=read_request.post, public_key__in=pinned).delete()


def _tell_both(read_request: ReadRequest, event: str) -> None:
    live.tell(
        live.user_channel(read_request.asker),
        event,
        within=read_request.post.group,
        request_id=read_request.pk,
        post_id=str(read_request.post.uid),
    )
    read_requests.tell_closed(read_request)
