"""Rows that a transaction locks until it ends, so that what depends on them does not end in the same moment.

Everybody locks in this order: person, groups, posts, memberships, keys, requests, wrapped keys. Two exceptions do no
harm: who encrypts or deletes a post has its draft and batches before it, and who ends a membership or a key keeps posts
from being deleted after that.
"""

from collections.abc import Collection

from django.http import Http404

from accounts.models import User
from secureblogs.queries.bound import BoundQuery, Row


class Gone(Http404):
    """Somebody else deleted the thing in the same moment."""


def lock_people(*users: User) -> bool:
    """Make each of them do one thing after the other, and nothing while the account is being deleted; Gone if it is.

    Whether all of them may log in.
    """
    return all_may_log_in(users, lock_of_people(*users).rows())


def lock_of_people(*users: User) -> BoundQuery:
    """The same lock, to be asked for together with others; `all_may_log_in` reads what it finds."""
    return BoundQuery(
        "SELECT is_active FROM accounts_user WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [list({user.pk for user in users})],
    )


def all_may_log_in(users: Collection[User], found: list[Row]) -> bool:
    """Whether all of these people, who were locked, may log in; Gone if somebody is not there any more."""
    if len(found) < len(set(users)):
        raise Gone
    return all(is_active for (is_active,) in found)
