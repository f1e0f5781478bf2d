"""Writing, editing and deleting comments. What they say is sealed; the site knows who wrote when, under which post."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.domain.locks import all_may_log_in, lock_of_people
from accounts.domain.quotas import count_once_more
from accounts.models import User
from groups.domain.members import GroupLocked, NotAMember
from posts.models import Comment, Post, Tombstone
from posts.models.comment import CommentQuerySet
from posts.requests.locks import lock_of_members, lock_of_posts
from secureblogs import live
from secureblogs.crypto.contents import SealedContent
from secureblogs.queries.bound import rows_of

# One person writes and edits so many: every open page of the post is told of each, and one takes up to half a MiB.
MOST_A_MINUTE, MOST_A_DAY = 30, 1_000
A_MINUTE, A_DAY = 60, 24 * 60 * 60  # seconds
MOST_AT_ONCE = 100


class CannotWrite(Exception):
    """Something keeps somebody from writing here now; each of its kinds has a sentence."""


class NotAReader(CannotWrite):
    """Nothing of the post is wrapped for any key of theirs."""


class UidTaken(Exception):
    """The uid belongs to another comment."""


class Deleted(Exception):
    """The comment arrived before, and was deleted since."""


class TooMany(CannotWrite):
    """They wrote as many comments in the last minute as one may."""


class TooManyToday(TooMany):
    """They wrote as many comments since midnight, by UTC, as one may."""


class ParentGone(CannotWrite):
    """What is answered is not there any more, or takes no answers."""


@dataclass
class OtherRevision(Exception):
    """Another revision is the next one; `current` is what is there."""

    current: int


@transaction.atomic
def write(
    post: Post, *, author: User, uid: UUID, parent: UUID | None, sealed: SealedContent
) -> tuple[Comment, bool]:
    """Add a comment to a post, or an answer to one of its comments; whether it is new. Sent twice, it is one.

    NotAMember, GroupLocked, NotAReader, TooMany, UidTaken, Deleted, ParentGone.
    """
    _hold(post, author)
    answered = _hold_parent(post, parent) if parent else None
    comment, is_new = Comment.objects.get_or_create(
        uid=uid,
        defaults={"post": post, "author": author, "parent": answered, "revision": 1, **_columns(sealed)},
    )
    if comment.is_deleted or (is_new and Tombstone.objects.is_on(uid)):
        raise Deleted
    if is_new:
        _check_pace(author)
        _publish(comment)
    elif (comment.post_id, comment.author_id, comment.parent_id) != (
        post.pk,
        author.pk,
        answered.pk if answered else None,
    ):
        raise UidTaken
    return comment, is_new


@transaction.atomic
def edit(comment: Comment, *, revision: int, sealed: SealedContent) -> Comment:
    """Put the next revision in the place of this one. The very same again changes nothing.

    NotAMember, GroupLocked, NotAReader, TooMany; OtherRevision for one that is not the next.
    """
    assert comment.author is not None
    _hold(comment.post, comment.author)
    held = Comment.objects.select_for_update().filter(pk=comment.pk, author=comment.author).first()
    if held is None:
        raise OtherRevision(0)
    if (held.revision, bytes(held.ciphertext or b"")) == (revision, sealed.ciphertext):
        return held
    if revision != held.revision + 1:
        raise OtherRevision(held.revision)
    changed = {"revision": revision, "edited_at": Now(), **_columns(sealed)}
    Comment.objects.filter(pk=held.pk).update(**changed)
    _check_pace(comment.author)
    _publish(comment)
    return Comment.objects.get(pk=held.pk)


@transaction.atomic
def delete(comment: Comment) -> None:
    """Delete a comment and tell who has its post open; harmless twice. One with answers leaves its place."""
    # A reply at this moment waits for this lock, or was stored before and is found here.
    parent = comment.parent_id
    held = Comment.objects.select_for_update().filter(pk__in=[comment.pk, *([parent] if parent else [])])
    found = {each.pk: each for each in held.order_by("pk")}
    if comment.pk not in found:
        return
    _remove(found[comment.pk])
    if parent in found and found[parent].is_deleted and not found[parent].answers.exists():
        # Its place was there for this answer alone.
        found[parent].delete()
    _publish(comment)


@transaction.atomic
def delete_some_of(user: User) -> bool:
    """Delete the next comments of somebody, as many as take a moment; whether any was there."""
    piece = list(_of(user)[:MOST_AT_ONCE])
    for comment in piece:
        delete(comment)
    return bool(piece)


def delete_all_of(user: User) -> None:
    """Delete what is left of somebody's comments; call it in the transaction that ends the account."""
    while delete_some_of(user):
        pass


def _of(user: User) -> CommentQuerySet:
    return Comment.objects.filter(author=user).select_related("post__group").order_by("pk")


def _hold(post: Post, author: User) -> None:
    """Lock what lets the author write under the post. NotAMember, GroupLocked, NotAReader."""
    people, there, members = rows_of(
        lock_of_people(author), lock_of_posts([post]), lock_of_members(post.group, [author.pk])
    )
    if not (all_may_log_in([author], people) and there and members):
        raise NotAMember
    if post.group.is_locked:
        raise GroupLocked
    # By now nothing that is wrapped for the author goes: leaving the group waits for this.
    if not Post.objects.readable_by(author).filter(pk=post.pk).exists():
        raise NotAReader


def _hold_parent(post: Post, uid: UUID) -> Comment:
    # A deletion at this moment waits for this lock, and then finds the reply.
    held = Comment.objects.select_for_update(no_key=True).filter(post=post, uid=uid, parent=None).first()
    if held is None or held.is_deleted:
        raise ParentGone
    return held


def _remove(comment: Comment) -> None:
    Tombstone.objects.put([comment.uid])
    if not comment.answers.exists():
        comment.delete()
        return
    nothing = dict.fromkeys(("author", "nonce", "ciphertext", "key_commitment", "edited_at"))
    Comment.objects.filter(pk=comment.pk).update(**nothing)


def _check_pace(author: User) -> None:
    # Comments that were deleted since count, too. This holds the person, so that nobody counts at the same moment.
    for most, seconds, met in ((MOST_A_MINUTE, A_MINUTE, TooMany), (MOST_A_DAY, A_DAY, TooManyToday)):
        counter = f"comments/{author.pk}/{seconds}/{int(time.time()) // seconds}"
        if not count_once_more(counter, most=most, seconds=2 * seconds):
            raise met


def _columns(sealed: SealedContent) -> dict[str, object]:
    return {"nonce": sealed.nonce, "ciphertext": sealed.ciphertext, "key_commitment": sealed.key_commitment}


def _publish(comment: Comment) -> None:
    post = comment.post
    live.publish(
        live.group_channel(post.group),
        "comment.changed",
        within=post.group,
        post_id=str(post.uid),
        comment_id=str(comment.uid),
    )
