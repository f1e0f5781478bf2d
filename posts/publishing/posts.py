"""From a sealed draft to a published post."""

from uuid import UUID

from django.db import transaction

from accounts.domain.locks import lock_people
from accounts.models import User
from groups.domain import members
from groups.models import Group
from posts.models import CONTENT, AlreadyMoved, Failure, KeyBatch, Post, SealedDraft, State
from posts.models.transitions import move, state_of
from posts.publishing import attempts, fanout
from posts.sealing import sealing_keys
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.documents import decode_document
from secureblogs.crypto.errors import CannotOpen, InvalidDocument
from secureblogs.crypto.lines import plain_line
from secureblogs.workers.hints import hint

# Of one author: everybody else's posts wait behind them.
MOST_UNFINISHED = 20


class UidTaken(Exception):
    """The uid belongs to another post."""


class TooMany(Exception):
    """The author has as many posts on their way as one may have."""


class TitleDiffers(Exception):
    """The sealed title is not the one in the open."""


@transaction.atomic
def submit(group: Group, *, author: User, uid: UUID, title: str, draft: bytes) -> tuple[Post, bool]:
    """Accept a sealed draft; the post, and whether it is new. Sent twice, it is one post.

    NotAMember if the author no longer belongs to the group, GroupLocked if nobody may post, UidTaken if the uid is
    that of a post by somebody else or in another group, TooMany if the author has too many posts on their way.
    """
    lock_people(author)
    members.hold(group, user=author)
    new = {"group": group, "author": author, "title": title, "newest_membership": members.newest(group)}
    post, is_new = Post.objects.defer(*CONTENT).get_or_create(uid=uid, defaults=new)
    if is_new:
        _check_number(author)
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
        attempts.fail(post, Failure.DOES_NOT_OPEN)
    except InvalidDocument:
        attempts.fail(post, Failure.NOT_A_DOCUMENT)
    except TitleDiffers:
        attempts.fail(post, Failure.TITLE_DIFFERS)
    else:
        _seal(post, document)
        draft.delete()


def _open(draft: SealedDraft) -> bytes:
    document = sealing_keys.open_sealed(bytes(draft.sealed), context=draft.post.contexts.draft)
    if plain_line(decode_document(document).title) != draft.post.title:
        raise TitleDiffers
    return document


def _seal(post: Post, document: bytes) -> None:
    key = new_content_key()
    sealed = seal_content(
        document,
        content_key=key,
        content_context=post.contexts.content,
        key_context=post.contexts.content_key,
    )
    # This worker holds the draft, and nobody moves its post without it.
    move(
        post,
        to=State.ENCRYPTING,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        key_commitment=sealed.key_commitment,
    )
    fanout.start(post, content_key=key)


@transaction.atomic
def try_again(post: Post) -> None:
    """Take up a failed post where it stopped.

    AlreadyMoved if it has not failed, or somebody was faster; TooMany if its author has too many posts on their way.
    """
    lock_people(post.author)
    # This looks before it locks: of a post that is on its way, workers would pass over the locked rows.
    if (state := state_of(post)) != State.FAILED:
        raise AlreadyMoved(state)
    drafts, batches = SealedDraft.objects.filter(post=post), KeyBatch.objects.filter(post=post)
    if drafts.update(attempts=0):
        move(post, to=State.QUEUED, failure="")
        hint("posts.encrypt_post", post.pk)
    else:
        batches.update(attempts=0)
        for batch in batches:
            hint("posts.wrap_batch", batch.pk)
        move(post, to=State.ENCRYPTING, failure="")
    _check_number(post.author)


def _check_number(author: User) -> None:
    if author.posts.filter(state__in=attempts.UNFINISHED).count() > MOST_UNFINISHED:
        raise TooMany
