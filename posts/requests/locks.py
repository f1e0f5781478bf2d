"""The rows that asking and answering lock, so that nothing that they depend on ends in the same moment.

In the order of accounts.domain.locks. Revoking a key, ending a membership and deleting a post lock the same rows
exclusively: either they wait, and then find what to close, or they were first, and what they ended is not found here.
Several are asked for in one round trip (`rows_of`).
"""

from collections.abc import Iterable

from django.db import connection

from accounts.models import PublicKey, User
from groups.models import Group
from posts.models import Post, ReadRequest
from secureblogs.queries.bound import BoundQuery, rows_of
from secureblogs.queries.compiled import Columns

KEY = Columns(PublicKey)


def lock_of_posts(posts: Iterable[Post]) -> BoundQuery:
    """Keeps posts from being deleted; finds the pks of those that are there."""
    # The weakest lock: workers change the row while they wrap, and wait for nobody here. The order is that in which
    # all the posts of a group are deleted.
    return BoundQuery(
        "SELECT id FROM posts_post WHERE id = ANY(%s) ORDER BY submitted_at DESC, id DESC FOR KEY SHARE",
        [[post.pk for post in posts]],
    )


def lock_of_members(group: Group, users: Iterable[int]) -> BoundQuery:
    """Keeps people in a group; of these, finds the pks of those who belong to it."""
    return BoundQuery(
        "SELECT user_id FROM groups_membership WHERE group_id = %s AND user_id = ANY(%s) ORDER BY id FOR SHARE",
        [group.pk, list(users)],
    )


def lock_of_keys(user: User) -> BoundQuery:
    """Keeps a person's keys from being revoked or superseded; finds them, in the columns `KEY`."""
    columns = ", ".join(KEY.names)
    # This locks superseded keys, too: who waited for somebody that replaced a key holds only the older one by then,
    # and nobody replaces the next one without that.
    return BoundQuery(
        f"SELECT {columns} FROM accounts_publickey WHERE user_id = %s AND revoked_at IS NULL ORDER BY id FOR SHARE",  # noqa: S608
        [user.pk],
    )


def lock_answer(read_request: ReadRequest) -> bool:
    """Keep what an answer depends on: the post, the asker's membership and active keys; False if they are no member."""
    group, asker = read_request.post.group, read_request.asker
    _, members, _ = rows_of(
        lock_of_posts([read_request.post]), lock_of_members(group, [asker.pk]), lock_of_keys(asker)
    )
    return bool(members)


def lock_posts_of(user: User, *, group: Group | None = None) -> None:
    """Keep the posts, if given of one group, that somebody has a wrapped key or a request for from being deleted."""
    # Deleting one of these posts deletes the same wrapped keys, in another order.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT FROM posts_post WHERE id IN (
                SELECT revision.post_id FROM posts_postkey AS wrapped
                  JOIN posts_revision AS revision ON revision.id = wrapped.revision_id
                  JOIN accounts_publickey AS key ON key.id = wrapped.public_key_id WHERE key.user_id = %(user)s
                 UNION SELECT post_id FROM posts_readrequest WHERE asker_id = %(user)s
            ) AND (%(group)s::bigint IS NULL OR group_id = %(group)s)
            ORDER BY submitted_at DESC, id DESC FOR KEY SHARE
            """,
            {"user": user.pk, "group": group.pk if group else None},
        )


def lock_memberships_of(user: User) -> None:
    """Wait for everybody who holds a membership of this person, so as to see what they did, and keep others out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM groups_membership WHERE user_id = %s ORDER BY id FOR NO KEY UPDATE", [user.pk]
        )
