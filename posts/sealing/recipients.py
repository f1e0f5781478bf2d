"""The keys a post is wrapped for: active ones of people who were members when it was submitted and still are.

| while batches wait | what happens |
| --- | --- |
| somebody joins | not a recipient: they joined after the post was submitted, and ask |
| a member adds a key | not wrapped for: the keys were fixed when the content was sealed |
| a member leaves or is removed | keys not yet wrapped never are, wrapped ones are deleted; for good |
| a member revokes a key | likewise, for that key |
| a member's account key is replaced | wrapped for the new one, which stands for it along signed links |
| a member has an own key that their account key does not vouch for | not wrapped for: a row alone is no reason |
| a member starts over with a new account key | likewise as for a revoked one: nothing leads there |
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from psycopg import Cursor

from accounts.keys import vouching
from accounts.models import Kind
from accounts.models.public_key import ACTIVE_SQL
from posts.models import KeyBatch, Post

Parameters = dict[str, int | list[int]]

_MEMBERS_WITH_KEYS = """
    FROM accounts_publickey AS key
    JOIN groups_membership AS membership
      ON membership.user_id = key.user_id AND membership.group_id = %(group)s
   WHERE membership.id <= %(newest)s
"""
_RECIPIENTS = f"{_MEMBERS_WITH_KEYS} AND {ACTIVE_SQL}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One public key that the content key is wrapped for."""

    pk: int
    algorithm: str
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
    """Those of the keys that still are recipients, locked as by `lock_batch`."""
    return _lock(post, "%(keys)s", {"keys": public_keys})


def lock_batch(batch: KeyBatch) -> list[Recipient]:
    """Those of the batch's keys that still are recipients, or what stands for them, locked until the transaction ends.

    Revoking a key and ending a membership lock the same rows exclusively: either they wait and then find the
    wrapped key to delete, or they were first and the key is not returned here. A foreign key alone does not
    protect.
    """
    # The keys' numbers stay in the database: a thousand of them would be read, and sent back with the query.
    keys = "(SELECT public_keys FROM posts_keybatch WHERE id = %(batch)s)::bigint[]"
    return _lock(batch.post, keys, {"batch": batch.pk})


def _lock(post: Post, keys: str, parameters: Parameters) -> list[Recipient]:
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            f"""
            SELECT key.id, key.algorithm, key.fingerprint, key.kind, key.replaced_by_id, {ACTIVE_SQL}
            {_MEMBERS_WITH_KEYS} AND key.revoked_at IS NULL AND key.id = ANY({keys})
            ORDER BY key.id FOR SHARE OF membership, key
            """,
            {**_parameters(post), **parameters},
            binary=True,
        )
        rows = cursor.fetchall()
    own = [pk for pk, _algorithm, _fingerprint, kind, _, is_active in rows if is_active and kind == Kind.OWN]
    unvouched = vouching.unvouched(own)
    held = [
        Recipient(*key)
        for *key, _kind, _replaced_by, is_active in rows
        if is_active and key[0] not in unvouched
    ]
    replaced = [replaced_by for *_key, replaced_by, _is_active in rows if replaced_by is not None]
    return held + _lock_newest(replaced) if replaced else held


def _lock_newest(public_keys: list[int]) -> list[Recipient]:
    """Those of these account keys that are active: the newest of their owners."""
    # This looks only now, when the older keys are held: nobody replaces a key of a line without all older ones.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            f"""
            SELECT key.id, key.algorithm, key.fingerprint FROM accounts_publickey AS key
             WHERE key.id = ANY(%s) AND {ACTIVE_SQL} ORDER BY key.id FOR SHARE
            """,  # noqa: S608
            [public_keys],
            binary=True,
        )
        return [Recipient(*row) for row in cursor.fetchall()]


def ders_of(recipients: Collection[Recipient]) -> dict[int, bytes]:
    """The keys themselves, by pk, as DER."""
    if not recipients:
        return {}
    # Django's own cursor would get a key of 1,240 bytes as twice as many hexadecimal digits.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        pks = [recipient.pk for recipient in recipients]
        cursor.execute("SELECT id, der FROM accounts_publickey WHERE id = ANY(%s)", [pks], binary=True)
        return dict(cursor.fetchall())


def _parameters(post: Post) -> Parameters:
    return {"group": post.group_id, "newest": post.newest_membership}
