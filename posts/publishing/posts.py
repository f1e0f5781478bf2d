"""From a sealed draft to a published post."""

from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from accounts.domain.locks import Gone, lock_people
from accounts.models import AccountKey, User
from groups.domain import members
from groups.models import Group
from posts.files import naming
from posts.models import (
    SEALED,
    UNFINISHED,
    AlreadyMoved,
    Failure,
    KeyBatch,
    Post,
    Revision,
    SealedDraft,
    State,
    Tombstone,
)
from posts.models.transitions import move, state_of
from posts.publishing import attempts, fanout, signatures
from posts.publishing.quotas import POSTS_A_DAY, posted
from posts.publishing.signatures import KeySuperseded, NotSigned
from posts.sealing import sealing_keys
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.documents import decode_document
from secureblogs.crypto.errors import CannotOpen, InvalidDocument
from secureblogs.crypto.frames import Frame, decode_frame, encode_frame
from secureblogs.crypto.lines import plain_line
from secureblogs.crypto.padding import unpad
from secureblogs.workers.hints import hint

# An author has so many on their way: everybody else's posts wait behind them.
MOST_UNFINISHED = 20


class UidTaken(Exception):
    """The uid belongs to another post."""


class Deleted(Exception):
    """The post arrived before, and was deleted since."""


class TooMany(Exception):
    """The author has as many posts on their way as one may have."""


class OtherAccountKey(Exception):
    """The author has another account key by now than the one that signed this."""


class NotNext(Exception):
    """Another revision is the newest of the post, or is on its way; `number` and `state` are that one's."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(f"Revision {newest.number} is {newest.state}.")
        self.number, self.state = newest.number, newest.state


class TitleDiffers(Exception):
    """The sealed title is not the one in the open."""


@transaction.atomic
def submit(
    group: Group,
    *,
    author: User,
    uid: UUID,
    title: str,
    draft: bytes,
    files: Collection[UUID] = (),
    account_key: str = "",
) -> tuple[Post, bool]:
    """Accept a sealed draft with the files in it; the post, and whether it is new. Sent twice, it is one post.

    `account_key` is the fingerprint of the one that signed it, as far as the client says so: OtherAccountKey if that is
    not the author's newest, so that a page can sign again at once, before a worker opens the draft.

    NotAMember if the author no longer belongs to the group, GroupLocked if nobody may post, UidTaken if the uid is
    that of a post by somebody else or in another group, Deleted if it is that of a deleted one, TooMany if the author
    has too many posts on their way, QuotaMet, NotThere if a file is named that did not arrive.
    """
    lock_people(author)
    members.hold(group, user=author)
    new = {"group": group, "author": author, "newest_membership": members.newest(group)}
    post, is_new = Post.objects.with_current().get_or_create(uid=uid, defaults=new)
    if is_new:
        if Tombstone.objects.is_on(uid):
            raise Deleted
        _count(author)
        post.current = _submit(post, number=1, title=title, draft=draft, files=files, account_key=account_key)
        post.save(update_fields=["current"])
    elif (post.group_id, post.author_id) != (group.pk, author.pk):
        raise UidTaken
    return post, is_new


@transaction.atomic
def revise(
    post: Post,
    *,
    revision: int,
    title: str,
    draft: bytes,
    files: Collection[UUID] = (),
    account_key: str = "",
) -> tuple[Revision, bool]:
    """Accept a sealed draft of a post's next revision; the revision, and whether it is new. Sent twice, it is one.

    NotNext if another revision is the next, or the newest is not out yet; the other errors are those of `submit`.
    """
    # Only the author revises it, one thing after the other.
    lock_people(post.author)
    members.hold(post.group, user=post.author)
    newest = post.revisions.defer(*SEALED).order_by("-number").first()
    if newest is None:
        raise Gone
    if newest.number == revision and bytes(newest.draft_digest or b"") == _digest(draft):
        return newest, False
    if newest.number != revision - 1 or newest.state != State.PUBLISHED:
        raise NotNext(newest)
    # Each stays, for its author to go back to.
    _count(post.author)
    made = _submit(post, number=revision, title=title, draft=draft, files=files, account_key=account_key)
    return made, True


@transaction.atomic
def discard(revision: Revision) -> None:
    """Give up an edit that failed, with all that was wrapped of it; AlreadyMoved if it has not, or is no edit. Gone."""
    lock_people(revision.post.author)
    state = state_of(revision)
    if state != State.FAILED or not revision.is_edit:
        raise AlreadyMoved(state)
    # In the order of deletions: a worker that has the edit in hand holds one of these rows until it is done.
    SealedDraft.objects.filter(revision=revision).delete()
    KeyBatch.objects.filter(revision=revision).delete()
    fanout.lock_post(revision.post)
    naming.forget_revision(revision.post, revision=revision.number)
    Revision.objects.filter(pk=revision.pk).delete()


def _submit(
    post: Post, *, number: int, title: str, draft: bytes, files: Collection[UUID], account_key: str
) -> Revision:
    newest = AccountKey.objects.newest_of(post.author)
    if account_key and (newest is None or newest.public_key.fingerprint != account_key):
        raise OtherAccountKey
    generation = newest.generation if newest else 0
    revision = Revision.objects.create(
        post=post, number=number, title=title, author_generation=generation, draft_digest=_digest(draft)
    )
    _check_number(post.author)
    naming.name(post, revision=number, files=files)
    SealedDraft.objects.create(revision=revision, sealed=draft)
    hint("posts.encrypt_revision", revision.pk)
    return revision


def encrypt(revision_id: int) -> None:
    """Seal a revision's content and wrap its key. Silent when there is nothing to do; harmless twice."""
    attempts.attempt(SealedDraft, revision_id, _encrypt)


def _encrypt(draft: SealedDraft) -> None:
    revision = draft.revision
    try:
        frame = _open(draft)
    except CannotOpen:
        attempts.fail(revision, Failure.DOES_NOT_OPEN)
    except InvalidDocument:
        attempts.fail(revision, Failure.NOT_A_DOCUMENT)
    except TitleDiffers:
        attempts.fail(revision, Failure.TITLE_DIFFERS)
    except NotSigned:
        attempts.fail(revision, Failure.WRONG_SIGNATURE)
    except KeySuperseded:
        attempts.fail(revision, Failure.KEY_SUPERSEDED)
    else:
        _seal(revision, frame)
        draft.delete()


def _open(draft: SealedDraft) -> Frame:
    padded = sealing_keys.open_sealed(bytes(draft.sealed), context=draft.revision.contexts.draft)
    try:
        frame = decode_frame(unpad(padded))
    except CannotOpen:
        raise InvalidDocument("frame", "must be padded") from None
    if plain_line(decode_document(frame.document).title) != draft.revision.title:
        raise TitleDiffers
    signatures.check(draft.revision, frame)
    return frame


def _seal(revision: Revision, frame: Frame) -> None:
    key = new_content_key()
    sealed = seal_content(
        # The very bytes that were signed: the same document, written again, could have another digest.
        encode_frame(frame),
        content_key=key,
        content_context=revision.contexts.content,
        key_context=revision.contexts.content_key,
    )
    # This worker holds the draft, and nobody moves its revision without it.
    move(
        revision,
        to=State.ENCRYPTING,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        key_commitment=sealed.key_commitment,
    )
    fanout.start(revision, content_key=key)


@transaction.atomic
def try_again(revision: Revision) -> None:
    """Take up a failed revision where it stopped.

    AlreadyMoved if it has not failed, or somebody was faster; TooMany if its author has too many posts on their way.
    """
    author = revision.post.author
    lock_people(author)
    # This looks before it locks: workers would pass over the locked rows of a revision that is on its way.
    if (state := state_of(revision)) != State.FAILED:
        raise AlreadyMoved(state)
    drafts = SealedDraft.objects.filter(revision=revision)
    batches = KeyBatch.objects.filter(revision=revision)
    if drafts.update(attempts=0):
        move(revision, to=State.QUEUED, failure="")
        hint("posts.encrypt_revision", revision.pk)
    else:
        batches.update(attempts=0)
        for batch in batches:
            hint("posts.wrap_batch", batch.pk)
        move(revision, to=State.ENCRYPTING, failure="")
    _check_number(author)


def _count(author: User) -> None:
    POSTS_A_DAY.check(author)
    posted.add(author)


def _digest(draft: bytes) -> bytes:
    return sha256(draft).digest()


def _check_number(author: User) -> None:
    if Revision.objects.filter(post__author=author, state__in=UNFINISHED).count() > MOST_UNFINISHED:
        raise TooMany
