"""Fixtures of every test: the cast, the real processes of a site, and a database that is put back quickly."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.snapshot import Snapshot

pytest_plugins = ["tests.cast", "tests.moderation", "tests.site", "tests.pytest_plugin"]

# How long an example takes is a matter of what else the machine does.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit leave the rows of a fresh database behind, without Django's second of truncating tables."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        fresh = Snapshot("a fresh database")
        fresh.take()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: fresh.put_back())
        yield
