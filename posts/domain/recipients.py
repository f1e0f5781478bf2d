"""Whose keys a post is wrapped for: who was a member when it was submitted and still is, by active keys.

| while batches wait | what happens |
| --- | --- |
| somebody joins | not a recipient: they joined after the post was submitted, and ask |
| a member adds a key | not wrapped for: the keys were fixed when the content was sealed |
| a member leaves or is removed | keys not yet wrapped never are, wrapped ones are deleted; for good |
| a member revokes a key | likewise, for that key |
"""

from dataclasses import dataclass

from django.db import connection
from psycopg import Cursor

from posts.models import Post

_RECIPIENTS = """
    FROM accounts_publickey AS key
    JOIN groups_membership AS membership
      ON membership.user_id = key.user_id AND membership.group_id = %(group)s
   WHERE membership.id <= %(newest)s AND key.revoked_at IS NULL AND key.unusable_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One public key that the content key is wrapped for."""

    pk: int
    algorithm: str
    der: bytes
    fingerprint: str


def public_keys_of(post: Post, *, most: int) -> list[int]:
    """The keys to wrap for as things are now, by pk, but no more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key.id {_RECIPIENTS} ORDER BY key.id LIMIT %(most)s", {**_parameters(post), "most": most}
        )
        return [pk for (pk,) in cursor.fetchall()]


def plan_batches(post: Post, *, size: int) -> dict[int, int]:
    """Make a KeyBatch for every `size` keys to wrap for as things are now: how many keys each has, by its pk.

    The keys stay in the database, so that a worker needs no more memory for a million of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO posts_keybatch (post_id, public_keys, attempts)
            SELECT %(post)s, array_agg(id), 0 FROM (
                SELECT key.id, (row_number() OVER () - 1) / %(size)s AS part {_RECIPIENTS}
            ) AS numbered GROUP BY part
            RETURNING id, cardinality(public_keys)
            """,  # noqa: S608
            {**_parameters(post), "post": post.pk, "size": size},
        )
        return dict(cursor.fetchall())


def lock(post: Post, public_keys: list[int]) -> list[Recipient]:
    """Those of the keys that still are recipients, held so until the transaction ends.

    Revoking a key and ending a membership lock the same rows exclusively: either they wait and then find the
    wrapped key to delete, or they were first and the key is not returned here. A foreign key alone does not
    protect.
    """
    # In Django's own cursor a key of 1,240 bytes arrives as twice as many hexadecimal digits.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            f"SELECT key.id, key.algorithm, key.der, key.fingerprint {_RECIPIENTS} AND key.id = ANY(%(keys)s)"
            " ORDER BY key.id FOR SHARE OF membership, key",
            {**_parameters(post), "keys": public_keys},
            binary=True,
        )
        return [Recipient(*row) for row in cursor.fetchall()]


def _parameters(post: Post) -> dict[str, int | list[int]]:
    return {"group": post.group_id, "newest": post.newest_membership}
