"""Deleting what is stored of files that nothing names any more."""

import logging
import re
from datetime import timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from accounts.keys.store import DRAFTS
from accounts.models import StoreObject
from posts.models import Post, StoredFile
from secureblogs.http import file_storage
from secureblogs.queries import backup_locks

logger = logging.getLogger(__name__)

UNPUBLISHED, UNNAMED = timedelta(days=1), timedelta(days=30)
# The cleaning notes so often that a draft names its files.
NOTED_EVERY = timedelta(hours=1)
# What the storage calls its 256 folders, and the files below each.
SHELF, UID = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A run deletes so many files. What is left waits for the next one.
MOST_AT_ONCE = 100


def clear() -> None:
    """Delete the files that are due, what is stored of them first. Harmless twice; nothing while a backup runs."""
    _note_drafts()
    # From here on nobody can name them any more.
    _due().update(is_dropped=True)
    for pk in StoredFile.objects.filter(is_dropped=True).values_list("pk", flat=True)[:MOST_AT_ONCE]:
        try:
            _delete(pk)
        except OSError as error:
            # It holds up none of the others.
            logger.warning("%s can't be deleted, and is tried again: %s", error.filename, error.strerror)


def _note_drafts() -> None:
    name = Concat(Value(DRAFTS), Cast(OuterRef("post_uid"), CharField()))
    drafts = StoreObject.objects.filter(user=OuterRef("owner"), name=name)
    noted_before = Q(named_at__lt=Now() - NOTED_EVERY)
    StoredFile.objects.filter(noted_before, Exists(drafts), was_published=False).update(named_at=Now())


def _due() -> QuerySet[StoredFile]:
    post = Post.objects.filter(uid=OuterRef("post_uid"), author=OuterRef("owner"))
    is_named = ~Q(revisions=[]) & Exists(post)
    never = Q(was_published=False, named_at__lt=Now() - UNPUBLISHED)
    once = Q(was_published=True, named_at__lt=Now() - UNNAMED) & ~is_named
    return StoredFile.objects.filter(Q(owner=None) | never | once, is_dropped=False)


@transaction.atomic
def _delete(pk: int) -> None:
    if not backup_locks.may_delete():
        return
    file = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if file is None:
        return
    storage = file_storage.files()
    # All parts: a process may have stored one, and been killed before it counted it.
    for number in range(file.part_count):
        storage.delete(file.name_of_part(number))
    storage.delete(file.folder)
    file.delete()


def unnamed() -> list[str]:
    """The folders of files that have no row, as after an older backup was restored."""
    found: list[str] = []
    storage = file_storage.files()
    for shelf in filter(SHELF.fullmatch, _folders_in(storage, "")):
        # The storage first, then the rows: nothing is stored of a file before its row is there.
        uids = list(filter(UID.fullmatch, _folders_in(storage, shelf)))
        known = {str(uid) for uid in StoredFile.objects.filter(uid__in=uids).values_list("uid", flat=True)}
        found += [f"{shelf}/{uid}" for uid in uids if uid not in known]
    return found


def _folders_in(storage: Storage, folder: str) -> list[str]:
    try:
        return storage.listdir(folder)[0]
    except FileNotFoundError:
        # Nothing was ever stored, or the last file of the folder went in this moment.
        return []


@transaction.atomic
def delete_unnamed(folder: str) -> bool:
    """Delete what is stored of a file that has no row; False while a backup runs."""
    may_delete = backup_locks.may_delete()
    if may_delete:
        storage = file_storage.files()
        for part in storage.listdir(folder)[1]:
            storage.delete(f"{folder}/{part}")
        storage.delete(folder)
    return may_delete
