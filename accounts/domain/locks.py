"""Rows that are held until the transaction ends, so that what depends on them does not end in the same moment.

Everybody locks in this order: person, groups, posts, memberships, keys, requests, wrapped keys. Two exceptions do no
harm: who encrypts or deletes a post has its draft and batches before it, and who ends a membership or a key keeps posts
from being deleted after that.
"""

from django.db import connection
from django.http import Http404

from accounts.models import User


class Gone(Http404):
    """What somebody is about to change was deleted in the same moment."""


def lock_people(*users: User) -> None:
    """Have each of them do one thing after the other, and nothing while the account is being deleted. Gone."""
    pks = {user.pk for user in users}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM accounts_user WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(pks)]
        )
        if cursor.rowcount < len(pks):
            raise Gone
