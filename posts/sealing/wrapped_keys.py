"""Wrapped keys: storing them, and forgetting them when what allowed them ends."""

from collections.abc import Collection
from datetime import datetime
from struct import Struct

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts.models import PublicKey, User
from groups.models import Group
from posts.models import Post, PostKey, Revision

# Neither flags nor an extension of the header; a row says how many fields it has, and of each how many bytes.
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_ROW = Struct(">hiqiqi")
_COPY_END = b"\xff\xff"


def store(revision: Revision, wrapped_keys: Collection[tuple[int, bytes]]) -> None:
    """Store (public key's pk, wrapped key) pairs as part of publishing; those that are there already stay."""
    try:
        with transaction.atomic():
            _copy(revision, wrapped_keys)
    except IntegrityError:
        # The author granted somebody in the batch a key meanwhile, and COPY knows no ON CONFLICT. INSERT does, but is
        # far slower.
        store_granted(revision, [(pk, wrapped_key, None) for pk, wrapped_key in wrapped_keys])


def store_granted(
    revision: Revision, wrapped_keys: Collection[tuple[int, bytes, datetime | Now | None]]
) -> None:
    """The same of what was granted, each with the time."""
    rows = (
        PostKey(
            revision=revision, public_key_id=public_key_id, wrapped_key=wrapped_key, granted_at=granted_at
        )
        for public_key_id, wrapped_key, granted_at in wrapped_keys
    )
    PostKey.objects.bulk_create(rows, ignore_conflicts=True)


def _copy(revision: Revision, wrapped_keys: Collection[tuple[int, bytes]]) -> None:
    statement = "COPY posts_postkey (revision_id, public_key_id, wrapped_key) FROM STDIN (FORMAT BINARY)"
    # PostgreSQL's own binary format (its manual, at COPY). To write row by row takes psycopg five times as long.
    rows = [_COPY_HEADER]
    for public_key_id, wrapped_key in wrapped_keys:
        rows += (_COPY_ROW.pack(3, 8, revision.pk, 8, public_key_id, len(wrapped_key)), wrapped_key)
    rows.append(_COPY_END)
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(b"".join(rows))


def forget_public_key(public_key: PublicKey) -> None:
    """Delete everything wrapped for a key that was revoked."""
    PostKey.objects.filter(public_key=public_key).delete()


def forget_member(group: Group, *, user: User) -> None:
    """Delete everything of the group that was wrapped for somebody who left it."""
    PostKey.objects.filter(revision__post__group=group, public_key__user=user).delete()


def forget_granted(post: Post, *, user: User, fingerprints: Collection[str] | None = None) -> bool:
    """Delete what somebody was granted, for all their keys or only for these; False if there was nothing."""
    granted = PostKey.objects.filter(revision__post=post, public_key__user=user, granted_at__isnull=False)
    if fingerprints is not None:
        granted = granted.filter(public_key__fingerprint__in=fingerprints)
    was_there = False
    # This may have waited for a worker, which by then has wrapped an edit for the same keys.
    while granted.delete()[0]:
        was_there = True
    return was_there


def forget_readers(revision: Revision, *, author: User) -> None:
    """Delete what was wrapped of a revision that another took the place of, but for its author's own."""
    PostKey.objects.filter(revision=revision).exclude(public_key__user=author).delete()
