"""Which files a post has: its author's browser names them in the open when it publishes."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Func
from django.db.models.functions import Now

from posts.files import limits
from posts.models import Post, StoredFile


class NotThere(Exception):
    """A file is named that has not arrived, or belongs to another post or person."""


def name(post: Post, *, revision: int, files: Collection[UUID]) -> None:
    """Have a revision of a post name these files; in the transaction that takes it on. NotThere, QuotaMet."""
    if not files:
        return
    mine = StoredFile.objects.kept_of(post.author).filter(uid__in=files, post_uid=post.uid, is_complete=True)
    # A cleaning that deletes one of them at this moment comes first, or waits and finds it named.
    held = list(mine.order_by("pk").select_for_update())
    if len(held) < len(set(files)):
        raise NotThere
    moved = [file for file in held if file.group_id != post.group_id]
    if moved:
        limits.space_in(post.group).check(sum(file.size for file in moved))
    for file in held:
        file.revisions = sorted({*file.revisions, revision})
        file.group, file.was_published = post.group, True
    StoredFile.objects.bulk_update(held, ["revisions", "group", "was_published"])
    mine.update(named_at=Now())


def forget_revision(post: Post, *, revision: int) -> None:
    """A revision that never came out names no files any more; in the transaction that gives it up."""
    named = StoredFile.objects.filter(post_uid=post.uid, revisions__contains=[revision])
    left = Func(F("revisions"), revision, function="array_remove")
    named.update(revisions=left, named_at=Now())


def drop_all_of(posts: Collection[int]) -> None:
    """Let the files of these posts go with them; in the transaction that deletes them."""
    uids = Post.objects.filter(pk__in=posts).values("uid")
    StoredFile.objects.filter(post_uid__in=uids).update(is_dropped=True)
