"""What is held while somebody asks or answers, so that nothing that it depends on ends in the same moment.

Everybody locks in this order: person, post, memberships, keys, requests, wrapped keys. Revoking a key, ending a
membership and deleting a post lock the same rows exclusively: either they wait, and then find what to close, or they
were first, and what they ended is not returned here.
"""

from collections.abc import Iterable

from django.db import connection

from accounts.models import User
from groups.models import Group
from posts.domain.recipients import Recipient
from posts.models import Post, ReadRequest


def lock_person(user: User) -> None:
    """Have a person do one thing after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR NO KEY UPDATE", [user.pk])


def lock_posts(posts: Iterable[Post]) -> set[int]:
    """Keep posts from being deleted; the pks of those that are there."""
    # The weakest lock: workers change the row while they wrap, and wait for nobody here. In the order in
    # which all the posts of a group are deleted.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM posts_post WHERE id = ANY(%s) ORDER BY submitted_at DESC, id DESC FOR KEY SHARE",
            [[post.pk for post in posts]],
        )
        return {pk for (pk,) in cursor.fetchall()}


def lock_members(group: Group, users: Iterable[int]) -> set[int]:
    """Keep people in a group; of these, the pks of those who belong to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM groups_membership WHERE group_id = %s AND user_id = ANY(%s) ORDER BY id FOR SHARE",
            [group.pk, list(users)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def lock_active_keys(user: User) -> list[int]:
    """Keep a person's active keys from being revoked; their pks."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM accounts_publickey
             WHERE user_id = %s AND revoked_at IS NULL AND unusable_at IS NULL
             ORDER BY id FOR SHARE
            """,
            [user.pk],
        )
        return [pk for (pk,) in cursor.fetchall()]


def lock_pinned(read_request: ReadRequest) -> list[Recipient]:
    """The post, and the keys that a request pinned and that are still active, if the asker is a member."""
    lock_posts([read_request.post])
    if not lock_members(read_request.post.group, [read_request.asker_id]):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT key.id, key.algorithm, key.der, key.fingerprint
              FROM posts_readrequest_public_keys AS pinned
              JOIN accounts_publickey AS key ON key.id = pinned.publickey_id
             WHERE pinned.readrequest_id = %s AND key.revoked_at IS NULL AND key.unusable_at IS NULL
             ORDER BY key.id FOR SHARE OF key
            """,
            [read_request.pk],
        )
        return [Recipient(*row) for row in cursor.fetchall()]
