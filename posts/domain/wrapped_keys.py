"""Wrapped keys: storing them, and forgetting them when what allowed them ends."""

from collections.abc import Collection, Iterable

from django.db import connection

from accounts.models import PublicKey, User
from groups.models import Group
from posts.models import Post, PostKey


def store(post: Post, wrapped_keys: Iterable[tuple[int, bytes]], *, is_granted: bool = False) -> None:
    """Store (public key's pk, wrapped key) pairs of a post; those that are there already stay as they are.

    They are part of its publishing, or granted later.

    COPY is a quarter faster than INSERT ... UNNEST here, but knows no ON CONFLICT: hence the temporary table.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS wrapped (public_key_id bigint, wrapped_key bytea)"
            " ON COMMIT DELETE ROWS"
        )
        with cursor.copy("COPY wrapped FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for row in wrapped_keys:
                copy.write_row(row)
        cursor.execute(
            """
            WITH copied AS (DELETE FROM wrapped RETURNING public_key_id, wrapped_key)
            INSERT INTO posts_postkey (post_id, public_key_id, wrapped_key, granted_at)
            SELECT %s, public_key_id, wrapped_key, CASE WHEN %s THEN now() END FROM copied
                ON CONFLICT DO NOTHING
            """,
            [post.pk, is_granted],
        )


def forget_public_key(public_key: PublicKey) -> None:
    """Delete everything wrapped for a key that was revoked."""
    PostKey.objects.filter(public_key=public_key).delete()


def forget_member(group: Group, *, user: User) -> None:
    """Delete everything of the group that was wrapped for somebody who left it."""
    PostKey.objects.filter(post__group=group, public_key__user=user).delete()


def forget_granted(post: Post, *, user: User, fingerprints: Collection[str] | None = None) -> bool:
    """Delete what was granted to somebody later, if given for these keys only; False if nothing was."""
    granted = PostKey.objects.filter(post=post, public_key__user=user, granted_at__isnull=False)
    if fingerprints is not None:
        granted = granted.filter(public_key__fingerprint__in=fingerprints)
    return granted.delete()[0] > 0
