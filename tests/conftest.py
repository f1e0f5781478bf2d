"""Fixtures of every test: the cast, the real processes of a site, and a database that is put back quickly."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from secureblogs.workers import hints, redis
from tests.snapshot import Snapshot

pytest_plugins = ["tests.cast", "tests.moderation", "tests.site", "tests.pytest_plugin"]

# How long an example takes is a matter of what else the machine does.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

# One task of each queue.
TASKS = ("posts.encrypt_revision", "posts.wrap_batch", "posts.sweep", "posts.send_notice")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit leave the rows of a fresh database behind, without Django's second of truncating tables."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        fresh = Snapshot("a fresh database")
        fresh.take()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: fresh.put_back())
        yield


@pytest.fixture
def empty_queues() -> Iterator[None]:
    """No hint waits in Redis, neither before nor after, and each is sent although another test's Redis was away."""
    redis.note_answer()
    for task in TASKS:
        hints.purge(task)
    yield
    for task in TASKS:
        hints.purge(task)
