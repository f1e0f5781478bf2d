"""What a person's browsers keep for one another: sealed objects by name."""

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.locks import lock_people
from accounts.keys.errors import Refused, TooLate
from accounts.models import AccountKey, StoreObject, User

MOST_OBJECTS = 200
LARGEST, LARGEST_DRAFT = 256 << 10, 5 << 18
# What is read at all, so that a sentence can say what would have been taken.
MOST_SENT = 2 << 20
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
DRAFTS = "draft/"


class OtherVersion(Exception):
    """Another version is the next one; `stored` is what is there, if anything."""

    def __init__(self, stored: StoreObject | None) -> None:
        super().__init__("Another version is the next one.")
        self.stored = stored


def is_name(name: str) -> bool:
    """Whether something could be kept under this name. PostgreSQL can't even look for some others."""
    return len(name) <= 100 and NAME.fullmatch(name) is not None


def largest(name: str) -> int:
    """How many bytes an object of this name may have, sealed."""
    return LARGEST_DRAFT if name.startswith(DRAFTS) else LARGEST


@transaction.atomic
def put(user: User, name: str, *, generation: int, version: int, sealed: bytes) -> tuple[StoreObject, bool]:
    """Store the next version of an object, sealed under the newest account key; whether the object is new.

    The very same bytes again change nothing. Refused, TooLate; OtherVersion for a version that is not the next. Gone.
    """
    lock_people(user)
    _check(name, sealed)
    stored = user.store_objects.filter(name=name).first()
    if stored is not None and (stored.version, bytes(stored.sealed)) == (version, sealed):
        return stored, False
    newest = AccountKey.objects.newest_of(user)
    if newest is None or newest.generation != generation:
        raise TooLate(_("Your key was replaced. This is kept under the new one next time."))
    if version != (stored.version if stored else 0) + 1:
        raise OtherVersion(stored)
    if stored is None and user.store_objects.count() >= MOST_OBJECTS:
        sentence = ngettext(
            "You keep %(most)d thing already. Discard it.",
            "You keep %(most)d things already. Discard one.",
            MOST_OBJECTS,
        )
        raise Refused("name", sentence % {"most": MOST_OBJECTS})
    values = {"generation": generation, "version": version, "sealed": sealed, "changed_at": timezone.now()}
    return StoreObject.objects.update_or_create(user=user, name=name, defaults=values)


@transaction.atomic
def delete(user: User, name: str) -> None:
    """Delete an object. Harmless twice. Gone."""
    lock_people(user)
    user.store_objects.filter(name=name).delete()


def _check(name: str, sealed: bytes) -> None:
    if not is_name(name):
        raise Refused("name", _("This is not a name for something kept."))
    if len(sealed) > (most := largest(name)):
        sentence = _("This is too large to be kept: encrypted, it may have %(most)d KiB.")
        raise Refused("sealed", sentence % {"most": most >> 10})
