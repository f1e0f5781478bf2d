"""One content key, wrapped for every recipient: at once for few, in batches on all workers for many."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.domain import keys
from posts.models import AlreadyMoved, KeyBatch, Post, Revision, State
from posts.models.transitions import move
from posts.publishing import attempts, events
from posts.sealing import recipients, sealing_keys, wrapped_keys
from posts.sealing.loaded_keys import LoadedKeys
from posts.sealing.recipients import Recipient
from secureblogs.crypto.errors import CryptoError
from secureblogs.crypto.wrapping import wrap
from secureblogs.workers.hints import hint

# A worker wraps so many in less than 0.2 s, for which a small group's post may have to wait behind a large one.
BATCH_SIZE = 1_000
# The author hears of progress four times a second at most.
PROGRESS_INTERVAL = timedelta(seconds=0.25)


def start(revision: Revision, *, content_key: bytes) -> None:
    """Wrap for all recipients: right here when they fit into one batch, else in batches. In a transaction."""
    if revision.is_edit:
        # A grant of the earlier revision at this moment is either seen here, or adds a batch of its own.
        lock_post(revision.post)
        _plan(revision, content_key)
        return
    public_keys = recipients.public_keys_of(revision, most=BATCH_SIZE + 1)
    if len(public_keys) <= BATCH_SIZE:
        locked = recipients.lock(revision, public_keys)
        if len(locked) < len(public_keys):
            # A key ended while this waited for it. If its owner's first account key took its place, that is found now.
            locked = recipients.lock(revision, recipients.public_keys_of(revision, most=2 * BATCH_SIZE))
        Revision.objects.filter(pk=revision.pk).update(key_count=len(locked))
        _wrap(revision, locked, content_key=content_key)
        _publish(revision)
        return
    _plan(revision, content_key)


def lock_post(post: Post) -> None:
    """Keep others from granting the post, and from taking any of its keys, until the transaction ends."""
    held = Post.objects.select_for_update().filter(pk=post.pk)
    post.current_id = held.values_list("current", flat=True).first()


def _plan(revision: Revision, content_key: bytes) -> None:
    batches = recipients.plan_batches(revision, size=BATCH_SIZE)
    revision.key_count = sum(batches.values())
    Revision.objects.filter(pk=revision.pk).update(
        waiting_key=sealing_keys.seal(content_key, context=revision.contexts.waiting_key),
        key_count=revision.key_count,
    )
    for batch_id in batches:
        hint("posts.wrap_batch", batch_id)
    if not batches:
        _finish_later(revision)
    events.publish_progress(revision)


def wrap_batch(batch_id: int) -> None:
    """Wrap for one batch. Silent when there is nothing to do; harmless twice."""
    attempts.attempt(KeyBatch, batch_id, _wrap_batch)


def _wrap_batch(batch: KeyBatch) -> None:
    _need_not_reach_the_disk()
    revision = batch.revision
    assert revision.waiting_key is not None
    content_key = sealing_keys.open_sealed(bytes(revision.waiting_key), context=revision.contexts.waiting_key)
    _wrap(revision, recipients.lock_batch(batch), content_key=content_key)
    batch.delete()
    if revision.is_edit:
        _finish_later(revision)
        return
    # PostgreSQL would check foreign keys at commit, while this batch locks the revision, which all its batches want.
    connection.check_constraints()
    finish(revision)


def _need_not_reach_the_disk() -> None:
    """Let the transaction end without waiting for the disk: if the machine dies, the batch is there again, undone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def _finish_later(revision: Revision) -> None:
    """Finish an edit when nothing is held any more: it takes the place of what others may be about to lose."""
    transaction.on_commit(partial(transaction.atomic(finish), revision), robust=True)


def finish(revision: Revision) -> None:
    """Publish the revision if no batch is left, else tell its author how far it is.

    In a transaction of its own, unless it is the first revision of its post.
    """
    batches = KeyBatch.objects.filter(revision=revision)
    takes_place = revision.is_edit and not batches.exists()
    if takes_place:
        # Whoever grants, leaves or moves a key meanwhile wants the rows that go when this one is out.
        lock_post(revision.post)
    # The worker locks first and counts in a new statement: of two last batches each would otherwise see the other's
    # row. It takes the weaker lock, since the full one deadlocks with the foreign keys of rows just stored.
    held = Revision.objects.select_for_update(no_key=True).only("progress_told_at")
    locked = held.filter(pk=revision.pk).first()
    if locked is None:
        return
    if not batches.exists():
        # Whoever had the last batch of an edit comes here after this.
        if takes_place or not revision.is_edit:
            _publish(revision)
    elif not _was_told_just_now(locked):
        Revision.objects.filter(pk=revision.pk).update(progress_told_at=timezone.now())
        events.publish_progress(revision)


def _was_told_just_now(revision: Revision) -> bool:
    # A time in the future means that the clock was set back.
    told_at = revision.progress_told_at
    return told_at is not None and timedelta(0) <= timezone.now() - told_at < PROGRESS_INTERVAL


def _wrap(revision: Revision, locked: list[Recipient], *, content_key: bytes) -> None:
    granted_at = {recipient.pk: recipient.granted_at for recipient in locked if recipient.granted_at}
    each = list(_each(revision, locked, content_key))
    wrapped_keys.store(revision, [(pk, wrapped) for pk, wrapped in each if pk not in granted_at])
    granted = [(pk, wrapped, granted_at[pk]) for pk, wrapped in each if pk in granted_at]
    wrapped_keys.store_granted(revision, granted)


def _each(revision: Revision, locked: list[Recipient], content_key: bytes) -> Iterator[tuple[int, bytes]]:
    contexts, loaded = revision.contexts, _keys.load(locked)
    for recipient in locked:
        try:
            context = contexts.wrapped_key(recipient.fingerprint)
            wrapped = wrap(content_key, loaded[recipient.pk], context=context)
        except (KeyError, CryptoError):
            # The key passed the check at its upload, and fails all the same: its owner is told, and the post goes on
            # without it. This marks it after the commit: of two workers that change what both hold, each would wait
            # for the other.
            transaction.on_commit(partial(keys.mark_unusable, recipient.pk), robust=True)
        else:
            yield recipient.pk, wrapped


_keys = LoadedKeys()


def _publish(revision: Revision) -> None:
    try:
        move(revision, to=State.PUBLISHED, waiting_key=None, published_at=Now())
    except AlreadyMoved:
        # It failed, or another worker published it.
        return
    post = revision.post
    if not revision.is_edit:
        events.publish_published(post)
        return
    before = Revision(pk=post.current_id)
    Post.objects.filter(pk=post.pk).update(current=revision)
    wrapped_keys.forget_readers(before, author=post.author)
    events.publish_revised(post)
