"""One content key, wrapped for every recipient: at once for few, in batches on all workers for many."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.domain import keys
from posts.domain import (
    attempts,
    lifecycle,
    places,
    readers,
    recipients,
    sealing_keys,
    wrapped_keys,
)
from posts.models import KeyBatch, Post, State
from secureblogs import live
from secureblogs.crypto.errors import CryptoError
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import wrap
from secureblogs.hints import hint

# Less than 0.2 s of work: what a small group's post may have to wait for behind a large one.
BATCH_SIZE = 1_000
# The author hears of progress four times a second at most.
PROGRESS_INTERVAL = timedelta(seconds=0.25)


def start(post: Post, *, content_key: bytes) -> None:
    """Wrap for all recipients: right here when they fit into one batch, else in batches. In a transaction."""
    public_keys = recipients.public_keys_of(post, most=BATCH_SIZE + 1)
    if len(public_keys) <= BATCH_SIZE:
        Post.objects.filter(pk=post.pk).update(key_count=len(public_keys))
        _wrap(post, public_keys, content_key=content_key)
        _publish(post)
        return
    batches = recipients.plan_batches(post, size=BATCH_SIZE)
    post.key_count = sum(batches.values())
    Post.objects.filter(pk=post.pk).update(
        waiting_key=sealing_keys.seal(content_key, context=places.waiting_key(post)),
        key_count=post.key_count,
    )
    for batch_id in batches:
        hint("posts.wrap_batch", batch_id)
    _tell_progress(post)


def wrap_batch(batch_id: int) -> None:
    """Wrap for one batch. Silent when there is nothing to do; harmless twice."""
    attempts.attempt(KeyBatch, batch_id, _wrap_batch)


def _wrap_batch(batch: KeyBatch) -> None:
    _need_not_reach_the_disk()
    post = batch.post
    assert post.waiting_key is not None
    content_key = sealing_keys.open_sealed(bytes(post.waiting_key), context=places.waiting_key(post))
    _wrap(post, batch.public_keys, content_key=content_key)
    batch.delete()
    # At commit they would be checked with the post locked, which all its batches want.
    connection.check_constraints()
    finish(post)


def _need_not_reach_the_disk() -> None:
    """The transaction ends without waiting for that: if the machine dies, the batch is there again, undone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def finish(post: Post) -> None:
    """Publish the post if no batch is left, else tell its author how far it is. In a transaction."""
    # The lock first, the count in a new statement: two last batches would otherwise each see the other's row.
    # It is the weaker lock, since the full one deadlocks with the foreign keys of rows just stored.
    locked = Post.objects.select_for_update(no_key=True).only("progress_told_at").filter(pk=post.pk).first()
    if locked is None:
        return
    if not KeyBatch.objects.filter(post=post).exists():
        _publish(post)
    elif not _was_told_just_now(locked):
        Post.objects.filter(pk=post.pk).update(progress_told_at=timezone.now())
        _tell_progress(post)


def _was_told_just_now(post: Post) -> bool:
    # Not in the future, as it seems when the clock was set back.
    told_at = post.progress_told_at
    return told_at is not None and timedelta(0) <= timezone.now() - told_at < PROGRESS_INTERVAL


def _tell_progress(post: Post) -> None:
    live.tell(
        live.user_channel(post.author),
        "post.progress",
        within=post.group,
        post_id=str(post.uid),
        wrapped=partial(readers.wrapped_count, post),
        total=post.key_count,
    )


def _wrap(post: Post, public_keys: list[int], *, content_key: bytes) -> None:
    # A list, not the generator: while rows are copied the connection can't run the queries in between.
    wrapped_keys.store(post, list(_each(post, public_keys, content_key)))


def _each(post: Post, public_keys: list[int], content_key: bytes) -> Iterator[tuple[int, bytes]]:
    for recipient in recipients.lock(post, public_keys):
        try:
            key = load_public_key(recipient.algorithm, recipient.der)
            wrapped = wrap(content_key, key, context=places.wrapped_key(post, recipient.fingerprint))
        except CryptoError:
            # It passed the check at its upload, and still: its owner is told, the post goes on without it. When it
            # is not held any more: of two workers who want to change what both hold, each waits for the other.
            transaction.on_commit(partial(keys.mark_unusable, recipient.pk), robust=True)
        else:
            yield recipient.pk, wrapped


def _publish(post: Post) -> None:
    if lifecycle.move(post, to=State.PUBLISHED, waiting_key=None, published_at=Now()):
        live.tell(
            live.group_channel(post.group),
            "post.published",
            within=post.group,
            post_id=str(post.uid),
            group=post.group.slug,
        )
