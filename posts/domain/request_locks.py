"""What is held while somebody asks or answers, so that nothing that it depends on ends in the same moment.

In the order of accounts.domain.locks. Revoking a key, ending a membership and deleting a post lock the same rows
exclusively: either they wait, and then find what to close, or they were first, and what they ended is not returned
here.
"""

from collections.abc import Iterable

from django.db import connection

from accounts.models import User
from groups.models import Group
from posts.models import Post, ReadRequest


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


def lock_posts_of(user: User, *, group: Group | None = None) -> None:
    """Keep the posts, if given of one group, that somebody has a wrapped key or a request for from being deleted."""
    # Who deletes one of them deletes the same wrapped keys, in another order.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT FROM posts_post WHERE id IN (
                SELECT wrapped.post_id FROM posts_postkey AS wrapped
                  JOIN accounts_publickey AS key ON key.id = wrapped.public_key_id WHERE key.user_id = %(user)s
                 UNION SELECT post_id FROM posts_readrequest WHERE asker_id = %(user)s
            ) AND (%(group)s::bigint IS NULL OR group_id = %(group)s)
            ORDER BY submitted_at DESC, id DESC FOR KEY SHARE
            """,
            {"user": user.pk, "group": group.pk if group else None},
        )


def lock_members(group: Group, users: Iterable[int]) -> set[int]:
    """Keep people in a group; of these, the pks of those who belong to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id FROM groups_membership WHERE group_id = %s AND user_id = ANY(%s) ORDER BY id FOR SHARE",
            [group.pk, list(users)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def lock_memberships_of(user: User) -> None:
    """Wait for all who have somebody kept in a group, so that they are seen; and have others see what is done here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM groups_membership WHERE user_id = %s ORDER BY id FOR NO KEY UPDATE", [user.pk]
        )


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


def lock_answer(read_request: ReadRequest) -> bool:
    """Keep what an answer depends on: the post, the asker's membership and active keys; False if they are no member."""
    lock_posts([read_request.post])
    is_member = bool(lock_members(read_request.post.group, [read_request.asker_id]))
    lock_active_keys(read_request.asker)
    return is_member
