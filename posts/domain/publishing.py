"""From a sealed draft to a published post."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from groups.domain import members
from groups.models import Group
from posts.domain import (
    attempts,
    closings,
    fanout,
    lifecycle,
    places,
    sealing_keys,
)
from posts.models import CONTENT, Failure, KeyBatch, Post, SealedDraft, State
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.documents import decode_document
from secureblogs.crypto.errors import CannotOpen, InvalidDocument
from secureblogs.hints import hint


class UidTaken(Exception):
    """The uid belongs to another post."""


class TitleDiffers(Exception):
    """The sealed title is not the one in the open."""


@transaction.atomic
def submit(group: Group, *, author: User, uid: UUID, title: str, draft: bytes) -> tuple[Post, bool]:
    """Accept a sealed draft; the post, and whether it is new. Sent twice, it is one post.

    NotAMember if the author no longer belongs to the group, GroupLocked if nobody may post, UidTaken if the uid is
    that of a post by somebody else or in another group.
    """
    members.hold(group, user=author)
    new = {"group": group, "author": author, "title": title, "newest_membership": members.newest(group)}
    post, is_new = Post.objects.defer(*CONTENT).get_or_create(uid=uid, defaults=new)
    if is_new:
        SealedDraft.objects.create(post=post, sealed=draft)
        hint("posts.encrypt_post", post.pk)
    elif (post.group_id, post.author_id) != (group.pk, author.pk):
        raise UidTaken
    return post, is_new


def encrypt(post_id: int) -> None:
    """Seal a post's content and wrap its key. Silent when there is nothing to do; harmless twice."""
    attempts.attempt(SealedDraft, post_id, _encrypt)


def _encrypt(draft: SealedDraft) -> None:
    post = draft.post
    try:
        document = _open(draft)
    except CannotOpen:
        lifecycle.fail(post, Failure.DOES_NOT_OPEN)
    except InvalidDocument:
        lifecycle.fail(post, Failure.NOT_A_DOCUMENT)
    except TitleDiffers:
        lifecycle.fail(post, Failure.TITLE_DIFFERS)
    else:
        _seal(post, document)
        draft.delete()


def _open(draft: SealedDraft) -> bytes:
    document = sealing_keys.open_sealed(bytes(draft.sealed), context=places.draft(draft.post))
    if decode_document(document).title != draft.post.title:
        raise TitleDiffers
    return document


def _seal(post: Post, document: bytes) -> None:
    key = new_content_key()
    sealed = seal_content(
        document, content_key=key, content_context=places.content(post), key_context=places.content_key(post)
    )
    lifecycle.move(
        post,
        to=State.ENCRYPTING,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        key_commitment=sealed.key_commitment,
    )
    fanout.start(post, content_key=key)


@transaction.atomic
def try_again(post: Post) -> bool:
    """Take up a failed post where it stopped; False if it has not failed."""
    # Before anything is counted anew: or a draft on which workers fail could be kept among them for ever.
    if not Post.objects.filter(pk=post.pk, state=State.FAILED).exists():
        return False
    drafts, batches = SealedDraft.objects.filter(post=post), KeyBatch.objects.filter(post=post)
    if drafts.update(attempts=0):
        hint("posts.encrypt_post", post.pk)
        return lifecycle.move(post, to=State.QUEUED, failure="")
    batches.update(attempts=0)
    for batch in batches:
        hint("posts.wrap_batch", batch.pk)
    return lifecycle.move(post, to=State.ENCRYPTING, failure="")


@transaction.atomic
def delete(post: Post) -> None:
    """Delete a post with everything that was wrapped for its readers, and tell who has it open; harmless twice."""
    if state := _delete(post):
        lifecycle.tell_deleted(post, state)


def delete_all(posts: QuerySet[Post]) -> None:
    """Delete posts one by one, as `delete` does. In the transaction that ends what they belong to."""
    for post in posts.select_related("group", "author").defer(*CONTENT):
        delete(post)


def delete_all_of(group: Group) -> None:
    """The same of a group that is being deleted; of that its members are told as a whole."""
    for post in group.posts.defer(*CONTENT):
        _delete(post)


def _delete(post: Post) -> str | None:
    """How far it had come, or None if it was gone already."""
    # Workers hold a draft or a batch and then touch the post: the same order here, or both would wait for ever.
    SealedDraft.objects.filter(post=post).delete()
    KeyBatch.objects.filter(post=post).delete()
    held = Post.objects.select_for_update().filter(pk=post.pk).only("state").first()
    if held is None:
        return None
    closings.close_of_post(post)
    Post.objects.filter(pk=post.pk).delete()
    return held.state
