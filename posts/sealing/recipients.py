"""The keys a post is wrapped for: active ones of people who were members when it was submitted and still are.

An edit is wrapped for exactly those that what it replaces is wrapped for, and that still are active keys of members.

| while batches wait | what happens |
| --- | --- |
| somebody joins | not a recipient: they joined after the post was submitted, and ask |
| a member adds a key | not wrapped for: the keys were fixed when the content was sealed |
| a member leaves or is removed | keys not yet wrapped never are, wrapped ones are deleted; for good |
| a member revokes a key | likewise, for that key |
| a member's account key is replaced | wrapped for the new one, which stands for it along signed links |
| a member has an own key that their account key does not vouch for | not wrapped for: a row alone is no reason |
| a member's own key rests since they made their first account key | not wrapped for, nor the new one: they ask |
| the author's own key rests for that reason | wrapped for the account key: nobody else could let them read it |
| a member starts over with a new account key | likewise as for a revoked one: nothing leads there |
| of an edit: a grant is withdrawn, or turns out to be wrong | likewise: what it replaces is no longer wrapped for it |
| of an edit: somebody is granted what it replaces | a batch more, for the same keys |
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import F
from psycopg import Cursor

from accounts.keys import vouching
from accounts.models import Kind, PublicKey
from accounts.models.public_key import ACTIVE_SQL
from posts.models import KeyBatch, Post, Revision
from secureblogs.workers.hints import hint

Parameters = dict[str, int | list[int] | None]

_MEMBERS_WITH_KEYS = """
    FROM accounts_publickey AS key
    JOIN groups_membership AS membership
      ON membership.user_id = key.user_id AND membership.group_id = %(group)s
   WHERE membership.id <= %(newest)s
"""
_RECIPIENTS = f"{_MEMBERS_WITH_KEYS} AND {ACTIVE_SQL}"
# What was wrapped for an older account key is as good as wrapped for the one that stands for it now.
_READERS = """
    FROM (
        SELECT DISTINCT COALESCE(key.replaced_by_id, key.id) AS id FROM posts_postkey AS before
          JOIN accounts_publickey AS key ON key.id = before.public_key_id WHERE before.revision_id = %(before)s
         ORDER BY id
    ) AS key
"""
# Some of an edit's readers joined long after the post: those to whom it was granted.
_ANY_MEMBERSHIP = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Recipient:
    """One public key that the content key is wrapped for."""

    pk: int
    algorithm: str
    fingerprint: str
    # When the author granted this key the revision that an edit replaces.
    granted_at: datetime | None = None


def public_keys_of(revision: Revision, *, most: int) -> list[int]:
    """The keys to wrap for as things are now, by pk, but no more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key.id {_RECIPIENTS} ORDER BY key.id LIMIT %(most)s",
            {**_parameters(revision), "most": most},
        )
        return [pk for (pk,) in cursor.fetchall()]


def plan_batches(revision: Revision, *, size: int) -> dict[int, int]:
    """Make a KeyBatch for every `size` keys to wrap for as things are now: how many keys each has, by its pk.

    The keys stay in the database, so that a worker needs no more memory for a million of them.
    """
    those = _READERS if revision.is_edit else _RECIPIENTS
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO posts_keybatch (revision_id, public_keys, attempts)
            SELECT %(revision)s, array_agg(id), 0 FROM (
                SELECT key.id, (row_number() OVER () - 1) / %(size)s AS part {those}
            ) AS numbered GROUP BY part
            RETURNING id, cardinality(public_keys)
            """,  # noqa: S608
            {**_parameters(revision), "revision": revision.pk, "size": size},
        )
        return dict(cursor.fetchall())


def add_batch(post: Post, public_keys: Collection[int]) -> None:
    """Wrap an edit on its way for keys, too, that are granted what it replaces. The transaction holds the post."""
    # A worker looks up the recipients of an edit that is not sealed yet when it seals it.
    later = post.revisions.filter(number__gt=post.current.number, ciphertext__isnull=False)
    for edit in later.only("pk"):
        batch = KeyBatch.objects.create(revision=edit, public_keys=list(public_keys))
        Revision.objects.filter(pk=edit.pk).update(key_count=F("key_count") + len(public_keys))
        hint("posts.wrap_batch", batch.pk)


def lock(revision: Revision, public_keys: list[int]) -> list[Recipient]:
    """Those of the keys that still are recipients, locked as by `lock_batch`."""
    return _lock(revision, "%(keys)s", {"keys": public_keys})


def lock_batch(batch: KeyBatch) -> list[Recipient]:
    """Those of the batch's keys that still are recipients, or what stands for them, locked until the transaction ends.

    Revoking a key and ending a membership lock the same rows exclusively: either they wait and then find the
    wrapped key to delete, or they were first and the key is not returned here. A foreign key alone does not
    protect.
    """
    # The keys' numbers stay in the database: a thousand of them would be read, and sent back with the query.
    keys = "(SELECT public_keys FROM posts_keybatch WHERE id = %(batch)s)::bigint[]"
    locked = _lock(batch.revision, keys, {"batch": batch.pk})
    return _lock_readers(batch.revision, locked) if batch.revision.is_edit else locked


def _lock(revision: Revision, keys: str, parameters: Parameters) -> list[Recipient]:
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            f"""
            SELECT key.id, key.algorithm, key.fingerprint, key.kind, key.replaced_by_id, {ACTIVE_SQL},
                   key.user_id = %(author)s AND key.superseded_at IS NOT NULL AND key.unusable_at IS NULL
            {_MEMBERS_WITH_KEYS} AND key.revoked_at IS NULL AND key.id = ANY({keys})
            ORDER BY key.id FOR SHARE OF membership, key
            """,
            {**_parameters(revision), **parameters},
            binary=True,
        )
        rows = cursor.fetchall()
    own = [pk for pk, _, _, kind, _, is_active, _ in rows if is_active and kind == Kind.OWN]
    unvouched = vouching.unvouched(own)
    held = [
        Recipient(*key)
        for *key, _kind, _replaced_by, is_active, _rests in rows
        if is_active and key[0] not in unvouched
    ]
    replaced = [replaced_by for *_key, replaced_by, _is_active, _rests in rows if replaced_by is not None]
    if any(rests for *_, rests in rows):
        # An own key that rests leads to no other: the author's first account key took its place.
        newest = _lock_newest(replaced, account_of=revision.post.author_id)
    else:
        newest = _lock_newest(replaced) if replaced else []
    return list({recipient.pk: recipient for recipient in held + newest}.values())


def _lock_newest(public_keys: list[int], *, account_of: int | None = None) -> list[Recipient]:
    """Those of these account keys that are active, the newest of their owners; and that of this person."""
    # This looks only now, when the older keys are held: nobody replaces a key of a line without all older ones.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            f"""
            SELECT key.id, key.algorithm, key.fingerprint FROM accounts_publickey AS key
             WHERE (key.id = ANY(%s) OR key.user_id = %s AND key.kind = %s) AND {ACTIVE_SQL}
             ORDER BY key.id FOR SHARE
            """,  # noqa: S608
            [public_keys, account_of, Kind.ACCOUNT],
            binary=True,
        )
        return [Recipient(*row) for row in cursor.fetchall()]


def _lock_readers(revision: Revision, locked: list[Recipient]) -> list[Recipient]:
    """Those of an edit's recipients that the revision before is wrapped for; nobody deletes those rows meanwhile."""
    found = _lock_wrapped(revision, [recipient.pk for recipient in locked])
    if missing := [recipient.pk for recipient in locked if recipient.pk not in found]:
        # The first look may have waited for a browser that moved a wrapped key to the newest account key, and saw
        # neither. Nobody moves it on: that key is held.
        found |= _lock_wrapped(revision, missing)
        # For the author it is wrapped in any case, if only for an own key that rests.
        mine = PublicKey.objects.filter(pk__in=missing, user=revision.post.author_id)
        found = {**dict.fromkeys(mine.values_list("pk", flat=True)), **found}
    return [replace(each, granted_at=found[each.pk]) for each in locked if each.pk in found]


def _lock_wrapped(revision: Revision, public_keys: list[int]) -> dict[int, datetime | None]:
    """Those of these keys that the revision before is wrapped for, each with the time if that was granted."""
    # Who takes a grant back deletes what this holds, and then looks for what was wrapped meanwhile.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(
            """
            SELECT COALESCE(key.replaced_by_id, key.id), before.granted_at FROM posts_postkey AS before
              JOIN accounts_publickey AS key ON key.id = before.public_key_id
             WHERE before.revision_id = %(before)s AND before.public_key_id IN (
                SELECT id FROM accounts_publickey WHERE id = ANY(%(keys)s)
                 UNION ALL SELECT id FROM accounts_publickey WHERE replaced_by_id = ANY(%(keys)s)
             ) ORDER BY before.public_key_id FOR KEY SHARE OF before
            """,
            {"before": revision.post.current_id, "keys": public_keys},
            binary=True,
        )
        rows = cursor.fetchall()
    granted: dict[int, datetime | None] = {}
    for pk, granted_at in rows:
        granted[pk] = granted.get(pk) or granted_at
    return granted


def ders_of(recipients: Collection[Recipient]) -> dict[int, bytes]:
    """The keys themselves, by pk, as DER."""
    if not recipients:
        return {}
    # Django's own cursor would get a key of 1,240 bytes as twice as many hexadecimal digits.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        pks = [recipient.pk for recipient in recipients]
        cursor.execute("SELECT id, der FROM accounts_publickey WHERE id = ANY(%s)", [pks], binary=True)
        return dict(cursor.fetchall())


def _parameters(revision: Revision) -> Parameters:
    post = revision.post
    newest = _ANY_MEMBERSHIP if revision.is_edit else post.newest_membership
    place: Parameters = {"group": post.group_id, "author": post.author_id}
    return place | {"newest": newest, "before": post.current_id}
