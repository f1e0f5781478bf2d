"""What one person may have at once, or do in a day: the settings QUOTA_*, counted, said and refused in one way.

Each quota stands with the verbs that it is about. A page shows how somebody stands to it before it is met.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.timesince import timeuntil

from accounts.models import User
from secureblogs.http.answers import TooMuch

# A page says it when so many are left, or so large a part.
FEW, PART = 5, 0.2
# Where people make room by what they do, nobody knows when: a program may ask again after so long.
MEANWHILE = timedelta(hours=1)
DAY = timedelta(days=1)


class QuotaMet(TooMuch):
    """The person has as much as one may have for now; the message is a sentence that says so, and when it ends. 429."""


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How somebody stands to a quota: `free_at` is when there is room again, if anybody knows."""

    used: int
    most: int
    free_at: datetime | None
    sentence: str

    @property
    def is_met(self) -> bool:
        return self.used >= self.most

    @property
    def is_close(self) -> bool:
        """Whether a page says the sentence."""
        return self.most - self.used <= max(FEW, PART * self.most)

    def refusal(self) -> QuotaMet:
        """What a verb raises that would go beyond it."""
        wait = self.free_at - timezone.now() if self.free_at else MEANWHILE
        return QuotaMet(self.sentence, seconds=max(1, math.ceil(wait.total_seconds())))


def _nobody_knows(user: User) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit for each person: how what counts is counted, and the sentences before it is met, and then."""

    setting: str
    count: Callable[[User], int]
    # The sentence while there is room; it gets how many there are and how many may be.
    close: Callable[[int, int], str]
    # The sentence when there is none; it gets how many may be, and how long that lasts, in words.
    met: Callable[[int, str], str]
    free_at: Callable[[User], datetime | None] = _nobody_knows

    @property
    def most(self) -> int:
        """How many one person may have."""
        return int(getattr(settings, self.setting))

    def status(self, user: User, *, used: int | None = None) -> QuotaStatus:
        """How the user stands to it; `used` where they are counted already."""
        used, most = self.count(user) if used is None else used, self.most
        if used < most:
            return QuotaStatus(used, most, None, self.close(used, most))
        free_at = self.free_at(user)
        # Django leaves out what is less than a minute.
        wait = timeuntil(free_at + timedelta(minutes=1), timezone.now(), depth=1) if free_at else ""
        return QuotaStatus(used, most, free_at, self.met(most, wait))

    def check(self, user: User) -> None:
        """QuotaMet if there is no room for one more. The caller holds the lock of the person."""
        status = self.status(user)
        if status.is_met:
            raise status.refusal()


@dataclass(frozen=True, slots=True)
class DailyCount:
    """How often each person did something within a day of the first time, whatever became of it since."""

    name: str

    def of(self, user: User) -> int:
        """How often within the day that runs."""
        return self._found(user)[1]

    def ends_at(self, user: User) -> datetime:
        """When that day ends."""
        return self._found(user)[0] + DAY

    def add(self, user: User) -> None:
        """Once more. The caller holds the lock of the person."""
        began, times = self._found(user)
        left = began + DAY - timezone.now()
        cache.set(self._key(user), [began.timestamp(), times + 1], max(1, left.total_seconds()))

    def _found(self, user: User) -> tuple[datetime, int]:
        began, times = cache.get(self._key(user)) or (timezone.now().timestamp(), 0)
        return datetime.fromtimestamp(began, tz=timezone.get_default_timezone()), times

    def _key(self, user: User) -> str:
        return f"{self.name}/{user.pk}"


def count_once_more(counter: str, *, most: int, seconds: int) -> bool:
    """Count that somebody does something, for so many seconds from now; False if they did it `most` times already.

    The caller holds the lock of the person.
    """
    times = cache.get(counter, 0)
    if times >= most:
        return False
    cache.set(counter, times + 1, seconds)
    return True
