"""One content key, wrapped for every recipient: at once for few, in batches on all workers for many."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.domain import keys
from posts.models import AlreadyMoved, KeyBatch, Post, State
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


def start(post: Post, *, content_key: bytes) -> None:
    """Wrap for all recipients: right here when they fit into one batch, else in batches. In a transaction."""
    public_keys = recipients.public_keys_of(post, most=BATCH_SIZE + 1)
    if len(public_keys) <= BATCH_SIZE:
        Post.objects.filter(pk=post.pk).update(key_count=len(public_keys))
        _wrap(post, recipients.lock(post, public_keys), content_key=content_key)
        _publish(post)
        return
    batches = recipients.plan_batches(post, size=BATCH_SIZE)
    post.key_count = sum(batches.values())
    Post.objects.filter(pk=post.pk).update(
        waiting_key=sealing_keys.seal(content_key, context=post.contexts.waiting_key),
        key_count=post.key_count,
    )
    for batch_id in batches:
        hint("posts.wrap_batch", batch_id)
    events.publish_progress(post)


def wrap_batch(batch_id: int) -> None:
    """Wrap for one batch. Silent when there is nothing to do; harmless twice."""
    attempts.attempt(KeyBatch, batch_id, _wrap_batch)


def _wrap_batch(batch: KeyBatch) -> None:
    _need_not_reach_the_disk()
    post = batch.post
    assert post.waiting_key is not None
    content_key = sealing_keys.open_sealed(bytes(post.waiting_key), context=post.contexts.waiting_key)
    _wrap(post, recipients.lock_batch(batch), content_key=content_key)
    batch.delete()
    # PostgreSQL would check foreign keys at commit, while this batch locks the post, which all its batches want.
    connection.check_constraints()
    finish(post)


def _need_not_reach_the_disk() -> None:
    """Let the transaction end without waiting for the disk: if the machine dies, the batch is there again, undone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def finish(post: Post) -> None:
    """Publish the post if no batch is left, else tell its author how far it is. In a transaction."""
    # The worker locks first and counts in a new statement: of two last batches each would otherwise see the other's
    # row. It takes the weaker lock, since the full one deadlocks with the foreign keys of rows just stored.
    locked = Post.objects.select_for_update(no_key=True).only("progress_told_at").filter(pk=post.pk).first()
    if locked is None:
        return
    if not KeyBatch.objects.filter(post=post).exists():
        _publish(post)
    elif not _was_told_just_now(locked):
        Post.objects.filter(pk=post.pk).update(progress_told_at=timezone.now())
        events.publish_progress(post)


def _was_told_just_now(post: Post) -> bool:
    # A time in the future means that the clock was set back.
    told_at = post.progress_told_at
    return told_at is not None and timedelta(0) <= timezone.now() - told_at < PROGRESS_INTERVAL


def _wrap(post: Post, locked: list[Recipient], *, content_key: bytes) -> None:
    wrapped_keys.store(post, list(_each(post, locked, content_key)))


def _each(post: Post, locked: list[Recipient], content_key: bytes) -> Iterator[tuple[int, bytes]]:
    contexts, loaded = post.contexts, _keys.load(locked)
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


def _publish(post: Post) -> None:
    try:
        move(post, to=State.PUBLISHED, waiting_key=None, published_at=Now())
    except AlreadyMoved:
        # The post failed, or another worker published it.
        return
    events.publish_published(post)
