from collections.abc import Iterable
from uuid import UUID

from django.db import models


class TombstoneManager(models.Manager["Tombstone"]):
    def put(self, uids: Iterable[UUID]) -> None:
        """Have nothing come under these uids any more; in the transaction that deletes what they stand for."""
        self.bulk_create([Tombstone(uid=uid) for uid in uids], ignore_conflicts=True)

    def is_on(self, uid: UUID) -> bool:
        """Whether what had this uid was deleted. Ask when it is stored: then no deletion of it can be unfinished."""
        return self.filter(uid=uid).exists()


class Tombstone(models.Model):
    """The random uid of a post or a comment that was deleted, and nothing else of it.

    A page whose answer was lost sends the same again: that must not bring back what was deleted meanwhile.
    """

    uid = models.UUIDField(primary_key=True, editable=False)

    objects = TombstoneManager()

    def __str__(self) -> str:
        return str(self.uid)
