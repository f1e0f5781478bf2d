"""The cache that counts attempts to sign in: JSON in a table, so that people get in while Redis is away.

Django's own DatabaseCache unpickles what stands in its table: whoever can write there could run code here.
"""

import json
from datetime import timedelta

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import CacheEntry

Timeout = float | object | None


class TableCache(BaseCache):
    """A cache for values that JSON can hold; `forget_expired` deletes those that expired."""

    def __init__(self, location: str, params: dict[str, object]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: object, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._store(key, value, timeout, version, only="entry.expires_at <= statement_timestamp()")

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        found = list(self._current(key, version).values_list("value", flat=True))
        return found[0] if found else default

    def set(
        self, key: str, value: object, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._store(key, value, timeout, version, only="true")

    def touch(self, key: str, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        seconds = self._seconds(timeout)
        expires_at = None if seconds is None else Now() + timedelta(seconds=seconds)
        return self._current(key, version).update(expires_at=expires_at) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        deleted, _ = self._current(key, version).delete()
        return deleted > 0

    def clear(self) -> None:
        CacheEntry.objects.all().delete()

    def _store(self, key: str, value: object, timeout: Timeout, version: int | None, *, only: str) -> bool:
        """Store the value, where an entry is there only if `only` holds of it; whether it was stored."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                INSERT INTO accounts_cacheentry AS entry (key, value, expires_at)
                VALUES (%s, %s, statement_timestamp() + make_interval(secs => %s))
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
                 WHERE {only}
                """,  # noqa: S608
                [self._key(key, version), json.dumps(value), self._seconds(timeout)],
            )
            return int(cursor.rowcount) > 0

    def _current(self, key: str, version: int | None) -> "QuerySet[CacheEntry]":
        entries = CacheEntry.objects.filter(key=self._key(key, version))
        return entries.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

    def _key(self, key: str, version: int | None) -> str:
        return self.make_and_validate_key(key, version=version)

    def _seconds(self, timeout: Timeout) -> float | None:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        assert seconds is None or isinstance(seconds, int | float)
        return seconds


def forget_expired() -> None:
    """Delete what nobody can get any more."""
    CacheEntry.objects.filter(expires_at__lte=Now()).delete()
