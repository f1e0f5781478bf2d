"""Whose keys a post is wrapped for: who was a member when it was submitted and still is, by active keys.

| while batches wait | what happens |
| --- | --- |
| somebody joins | not a recipient: they joined after the post was submitted, and ask |
| a member adds a key | not wrapped for: the keys were fixed when the content was sealed |
| a member leaves or is removed | keys not yet wrapped never are, wrapped ones are deleted; for good |
| a member revokes a key | likewise, for that key |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import Cursor

from accounts.models import User
from groups.models import Group
from posts.models import Post, ReadRequest

_RECIPIENTS = """
    FROM accounts_publickey AS key
    JOIN groups_membership AS membership
      ON membership.user_id = key.user_id AND membership.group_id = %(group)s
   WHERE membership.joined_at <= %(submitted)s AND key.revoked_at IS NULL AND key.unusable_at IS NULL
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
            SELECT %(post)s, array_agg(id ORDER BY id), 0 FROM (
                SELECT key.id, (row_number() OVER (ORDER BY key.id) - 1) / %(size)s AS part {_RECIPIENTS}
            ) AS numbered GROUP BY part ORDER BY part
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
            " ORDER BY key.id FOR SHARE OF key, membership",
            {**_parameters(post), "keys": public_keys},
            binary=True,
        )
        return [Recipient(*row) for row in cursor.fetchall()]


def lock_pinned(read_request: ReadRequest) -> list[Recipient]:
    """The keys that a request pinned and that are still active, if the asker is a member; held alike.

    Everybody locks in this order: person, post, memberships and keys, requests, wrapped keys.
    """
    lock_posts([read_request.post])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT key.id, key.algorithm, key.der, key.fingerprint
              FROM posts_readrequest_public_keys AS pinned
              JOIN accounts_publickey AS key ON key.id = pinned.publickey_id
              JOIN groups_membership AS membership
                ON membership.user_id = key.user_id AND membership.group_id = %s
             WHERE pinned.readrequest_id = %s AND key.revoked_at IS NULL AND key.unusable_at IS NULL
             ORDER BY key.id FOR SHARE OF key, membership
            """,
            [read_request.post.group_id, read_request.pk],
        )
        return [Recipient(*row) for row in cursor.fetchall()]


def lock_posts(posts: Iterable[Post]) -> set[int]:
    """Keep posts from being deleted until the transaction ends; the pks of those that are there."""
    # The weakest lock: workers change the row while they wrap, and wait for nobody here. In the order in
    # which all the posts of a group are deleted.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM posts_post WHERE id = ANY(%s) ORDER BY submitted_at DESC, id DESC FOR KEY SHARE",
            [[post.pk for post in posts]],
        )
        return {pk for (pk,) in cursor.fetchall()}


def lock_asker(group: Group, user: User) -> list[int] | None:
    """The active keys of a member, held with the membership like those above; None if they are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM groups_membership WHERE group_id = %s AND user_id = %s FOR SHARE",
            [group.pk, user.pk],
        )
        if cursor.fetchone() is None:
            return None
        cursor.execute(
            """
            SELECT id FROM accounts_publickey
             WHERE user_id = %s AND revoked_at IS NULL AND unusable_at IS NULL
             ORDER BY id FOR SHARE
            """,
            [user.pk],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _parameters(post: Post) -> dict[str, int | datetime | list[int]]:
    return {"group": post.group_id, "submitted": post.submitted_at}
