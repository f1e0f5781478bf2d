"""A world for the tests of this folder: real servers and processes with the shipped settings."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing

import pytest
from django.db import connections
from environ import Env
from pytest_django import DjangoDbBlocker

from tests.crowd import Visitor
from tests.faults.people import Member
from tests.faults.running import new_folder, running_world
from tests.faults.world import World

Visit = Callable[[Member], Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder measures how soon things are well again."""
    for item in items:
        if "tests/faults" in item.path.as_posix():
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="package")
def shared_world() -> Iterator[World]:
    with running_world(new_folder(), {}) as made:
        yield made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed tells what the processes have said meanwhile."""
    report = yield
    world = getattr(item, "funcargs", {}).get("world")
    if report.failed and isinstance(world, World):
        report.sections.append(("The processes", world.site.words()[-10_000:]))
    return report


@pytest.fixture
def world(shared_world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Everything runs before and after; Django in this process works on its database."""
    shared_world.trust_clocks()
    shared_world.heal()
    settings = connections.settings["default"]
    of_tests = dict(settings)
    connections.close_all()
    settings |= Env.db_url_config(shared_world.site.database_url)
    try:
        with django_db_blocker.unblock():
            yield shared_world
    finally:
        connections.close_all()
        settings.clear()
        settings |= of_tests
        shared_world.heal()


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Somebody's browser; closed after the test."""
    with ExitStack() as open_ones:
        yield lambda member: open_ones.enter_context(closing(member.visitor()))
