"""How large a file may be, and how much one person and one group may keep."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.quotas import MEANWHILE, QuotaMet
from accounts.models import User
from groups.models import Group
from posts.models import StoredFile
from secureblogs.crypto.attached_files import MAX_FILES
from secureblogs.crypto.files import sealed_size
from secureblogs.http import file_storage

MIB = 1024 * 1024
# Files that a person has uploaded and not published.
MOST_UNPUBLISHED = 1000


class TooLarge(Exception):
    """The file is larger than a file may be; the message is a sentence."""


@dataclass(frozen=True)
class Space:
    """How many bytes are used, of how many, and the sentence for who would use more."""

    used: int
    most: int
    sentence: str

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)

    def check(self, size: int) -> None:
        """QuotaMet if so many bytes more are too many."""
        if self.used + size > self.most:
            raise QuotaMet(self.sentence, seconds=MEANWHILE.seconds)


def largest_file() -> int:
    """How many bytes a file may have, before it is sealed."""
    return settings.FILE_MIB * MIB


def space_of(user: User) -> Space:
    """What a person's files take, and may take."""
    most = settings.QUOTA_FILES_OF_PERSON_MIB * MIB
    sentence = _("Your space for files is full: you have %(most)s. Delete posts with files first.")
    return Space(StoredFile.objects.kept_of(user).space(), most, sentence % {"most": filesizeformat(most)})


def space_in(group: Group) -> Space:
    """What the files of a group take, and may take."""
    most = settings.QUOTA_FILES_OF_GROUP_MIB * MIB
    sentence = _("The group's space for files is full: it has %(most)s. Delete posts with files first.")
    return Space(StoredFile.objects.kept_in(group).space(), most, sentence % {"most": filesizeformat(most)})


@dataclass(frozen=True)
class FileLimits:
    """What a page to write on says of files: how large one may be, and how much space is left."""

    largest: int
    most: int
    left: int


def status(user: User, group: Group | None) -> FileLimits:
    """How the user stands to the limits, in a group if it is known."""
    spaces = [space_of(user), *([space_in(group)] if group else [])]
    return FileLimits(largest_file(), MAX_FILES, min(space.left for space in spaces))


def check(user: User, group: Group | None, *, size: int) -> None:
    """See that one more file of this size, sealed, may come. TooLarge, QuotaMet."""
    if size > sealed_size(largest_file()):
        most = filesizeformat(largest_file())
        raise TooLarge(_("The file is too large: %(most)s is the most.") % {"most": most})
    if StoredFile.objects.kept_of(user).filter(was_published=False).count() >= MOST_UNPUBLISHED:
        raise QuotaMet(_too_many(), seconds=MEANWHILE.seconds)
    space_of(user).check(size)
    if group is not None:
        space_in(group).check(size)


def free_space() -> int | None:
    """How many bytes are left where files are stored, or None where the storage is no folder."""
    try:
        return shutil.disk_usage(file_storage.files().path("")).free
    except (NotImplementedError, FileNotFoundError):
        # It is a service that has no end, or nothing was stored yet.
        return None


def _too_many() -> str:
    return ngettext(
        "%(most)d file of yours waits to be published. Publish or remove it first.",
        "%(most)d files of yours wait to be published. Publish or remove some first.",
        MOST_UNPUBLISHED,
    ) % {"most": MOST_UNPUBLISHED}
