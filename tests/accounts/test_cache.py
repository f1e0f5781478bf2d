"""The cache in a table."""

import pickle
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.models import CacheEntry
from accounts.tasks import forget_ended

pytestmark = pytest.mark.django_db


def test_it_gives_what_was_set_until_that_is_deleted_and_tells_nothing_from_null():
    cache.set("tries", [1.5, 2.5], 60)

    assert cache.get("tries") == [1.5, 2.5]
    assert cache.delete("tries") is True
    assert cache.delete("tries") is False
    assert cache.get("tries", "none") == "none"

    cache.set("null", None)

    assert cache.get("null", "none") is None
    assert cache.get("nothing", "none") == "none"


@pytest.mark.django_db(transaction=True)
def test_of_threads_that_add_at_the_same_time_one_does():
    def add(number: int) -> bool:
        try:
            return cache.add("lock", number, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(add, range(8)))

    assert sorted(added) == [False] * 7 + [True]
    assert cache.get("lock") == added.index(True)


@pytest.mark.parametrize("make", [cache.set, cache.add])
def test_what_has_expired_is_not_there(make):
    cache.set("lasting", 1, None)
    cache.set("tries", 1, -1)
    cache.touch("lasting", 60)

    assert cache.get("tries") is None
    assert cache.touch("tries", 60) is False
    make("tries", 2, 60)
    assert cache.get_many(["lasting", "tries"]) == {"lasting": 1, "tries": 2}


def test_what_has_expired_is_deleted_in_time():
    for name, seconds in (("over", -1), ("soon", 60), ("never", None)):
        cache.set(name, 1, seconds)

    forget_ended()

    assert sorted(CacheEntry.objects.values_list("key", flat=True)) == [":1:never", ":1:soon"]


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


def test_who_can_write_to_the_table_runs_nothing_here(tmp_path):
    evil = pickle.dumps(Touch(tmp_path / "proof"))
    pickle.loads(evil)  # noqa: S301
    (tmp_path / "proof").unlink()
    cache.set("tries", 1)
    CacheEntry.objects.update(value=b64encode(evil).decode())

    assert cache.get("tries") == b64encode(evil).decode()
    assert list(tmp_path.iterdir()) == []
