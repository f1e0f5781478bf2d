"""What every page tells its person about their key.

Somebody asked to start over, it happened, or no recovery code is confirmed. The page tells its scripts whether
something is to be moved to the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.domain import devices
from accounts.models import AccountKey, Device, RecoveryCode, SealedSeed, User
from secureblogs.queries.compiled import CompiledQuery

RECOVERY, STARTED_OVER = NAMES = "recovery", "started-over"
# A person who is reminded of the code, and says 'Later', is left alone for so long; where keys may go, only so long.
LATER, LATER_WHERE_KEYS_GO = timedelta(days=7), timedelta(days=1)
# Who comes back after that learns it from the mail, and on the page that adds a browser.
TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Banners:
    """What the pages of a session have to say.

    `due_at` is set while somebody waits to start over, and `is_mine` if this session asked for it; `started_over_at` is
    set for a person who has to be told that it happened. `clears_storage` says that this browser deletes what it keeps,
    and `is_moving` that posts or store objects are being moved from older keys.
    """

    asked_at: datetime | None
    due_at: datetime | None
    is_mine: bool
    started_over_at: datetime | None
    has_key: bool
    lacks_code: bool
    clears_storage: bool
    is_moving: bool


def of(user: User, *, session: str, user_agent: str, put_off: Mapping[str, float]) -> Banners:
    """What the pages of a session say. `put_off` has when its person put one off, in seconds since 1970."""
    clears_storage = devices.clears_storage(user_agent)
    (row,) = _FACTS.bind(user, session).rows()
    asked_at, due_at, asked_in, started_over_at, is_device, has_key, has_code, is_moving = row
    if is_device or not _is_news(started_over_at, put_off.get(STARTED_OVER, 0)):
        started_over_at = None
    later = LATER_WHERE_KEYS_GO if clears_storage else LATER
    is_put_off = timezone.now().timestamp() - put_off.get(RECOVERY, 0) < later.total_seconds()
    return Banners(
        asked_at=_moment(asked_at),
        due_at=_moment(due_at),
        is_mine=asked_in == session,
        started_over_at=_moment(started_over_at),
        has_key=bool(has_key),
        lacks_code=bool(has_key) and not has_code and not is_put_off,
        clears_storage=clears_storage,
        is_moving=bool(is_moving),
    )


def _facts(user: User, session: str) -> QuerySet[User, tuple[object, ...]]:
    resets = AccountKey.objects.resets_of(OuterRef("pk"))
    # Whoever asked for it sits in front of the device that holds the new key.
    this = Device.objects.listed().filter(user=OuterRef("pk"), session=session)
    codes = RecoveryCode.objects.filter(user=OuterRef("pk")).exclude(confirmed_at=None)
    waiting = [f"waiting_reset__{name}" for name in ("asked_at", "due_at", "session")]
    return User.objects.filter(pk=user.pk).values_list(
        *waiting,
        Subquery(resets.values("made_at")[:1]),
        Exists(this),
        Exists(AccountKey.objects.filter(user=OuterRef("pk"))),
        Exists(codes),
        Exists(SealedSeed.objects.links_of(OuterRef("pk"))),
    )


def _is_news(when: object, put_off: float) -> bool:
    moment = _moment(when)
    return moment is not None and moment.timestamp() > put_off and timezone.now() - moment < TOLD_FOR


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


# Every page asks this.
_FACTS = CompiledQuery(_facts, User, str)
