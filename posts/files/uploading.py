"""From a browser into the storage: a browser announces a file, and sends its parts in any order, again if need be."""

from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Now

from accounts.domain.locks import Gone, lock_people
from accounts.models import User
from groups.domain import members
from groups.models import Group
from posts.files import limits
from posts.models import Post, StoredFile
from secureblogs.http import file_storage


class UidTaken(Exception):
    """The uid is that of another file, or the post is somebody else's."""


class WrongPart(Exception):
    """The file has no part of this number, or it is of another size."""


class AlreadyNamed(Exception):
    """A post names the file: it goes with the post."""


@transaction.atomic
def announce(
    owner: User, *, uid: UUID, post: UUID, size: int, group: Group | None
) -> tuple[StoredFile, bool]:
    """A file that is about to come, and whether it is new. Announced twice, it is one file, still wanted.

    TooLarge, QuotaMet, UidTaken; Gone.
    """
    lock_people(owner)
    known = StoredFile.objects.filter(uid=uid).first()
    if known is not None:
        return _again(known, owner, post=post, size=size), False
    if Post.objects.filter(uid=post).exclude(author=owner).exists():
        raise UidTaken
    if group is not None:
        _hold(group, owner)
    limits.check(owner, group, size=size)
    return StoredFile.objects.create(uid=uid, owner=owner, group=group, post_uid=post, size=size), True


def _hold(group: Group, owner: User) -> None:
    # Somebody may delete the group in the same moment, or remove the owner from it.
    try:
        members.hold(group, user=owner)
    except members.NotAMember:
        raise Gone from None
    except members.GroupLocked:
        # The group is held all the same, and its members may still write a text for later.
        pass


def _again(known: StoredFile, owner: User, *, post: UUID, size: int) -> StoredFile:
    if (known.owner_id, known.post_uid, known.size, known.is_dropped) != (owner.pk, post, size, False):
        raise UidTaken
    StoredFile.objects.filter(pk=known.pk).update(named_at=Now())
    return known


def take_part(file: StoredFile, number: int, content: bytes) -> StoredFile:
    """Store a part; the file as it is then. Harmless twice. WrongPart; Gone."""
    if number >= file.part_count or len(content) != file.size_of_part(number):
        raise WrongPart
    if number in file.parts:
        # The part that is there came whole. Only its owner could tell another one apart, who gives that another uid.
        return file
    # The bytes come first: a part that a row counts is there, whatever process dies in between.
    file_storage.files().save(file.name_of_part(number), ContentFile(content))
    return _count(file, number)


@transaction.atomic
def _count(file: StoredFile, number: int) -> StoredFile:
    # Other parts arrive at the same moment.
    held = StoredFile.objects.select_for_update().filter(pk=file.pk, is_dropped=False).first()
    if held is None:
        file_storage.files().delete(file.name_of_part(number))
        raise Gone
    if number in held.parts:
        return held
    held.parts = sorted([*held.parts, number])
    held.is_complete = not held.missing
    held.save(update_fields=["parts", "is_complete"])
    return held


def part_of(file: StoredFile, number: int) -> bytes:
    """A part as it was taken. WrongPart."""
    if number >= file.part_count:
        raise WrongPart
    with file_storage.files().open(file.name_of_part(number)) as part:
        return bytes(part.read())


@transaction.atomic
def drop(file: StoredFile) -> None:
    """Let a file go that was never published. AlreadyNamed; harmless twice."""
    if not StoredFile.objects.filter(pk=file.pk, was_published=False).update(is_dropped=True):
        raise AlreadyNamed
