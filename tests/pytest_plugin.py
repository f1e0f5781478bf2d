"""How a run goes: several processes side by side, the slowest tests first, none left out, and what may run again."""

import gc
import os

import pytest

from tests import again, servers

# Work is spread evenly when its long pieces come first: images, and what has real processes.
SLOWEST = (
    "tests/faults",
    "tests/deploy",
    "tests/upgrades",
    "tests/engines",
    "tests/posts/model",
    "tests/browser",
    "tests/secureblogs",
    "tests/test_",
    "tests/posts",
)
MOST_PROCESSES = 4


class Complete:
    """Fails a run that seems to have gone well, but in which a test that was collected has not run.

    Of a run that failed for nothing but a few browser tests it keeps their names, for `tests.again`.
    """

    def __init__(self) -> None:
        self.ran: set[str] = set()
        self.failed: dict[str, bool] = {}
        self.missing = 0

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._keep(session, [])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran.add(report.nodeid)
        if report.failed:
            self.failed[report.nodeid] = "browser" in report.keywords

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self.missing = session.testscollected - len(self.ran)
        if self.missing and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        few = len(self.failed) <= again.MOST and all(self.failed.values())
        if few and not self.missing and exitstatus == pytest.ExitCode.TESTS_FAILED:
            self._keep(session, [*self.failed])

    def _keep(self, session: pytest.Session, tests: list[str]) -> None:
        if session.config.cache:
            session.config.cache.set(again.LATE, tests)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.missing:
            terminalreporter.section("incomplete", red=True)
            terminalreporter.line(f"{self.missing} of the collected tests did not run.", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """A process that runs a part of the tests can't know about the whole."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(Complete())


def pytest_xdist_auto_num_workers() -> int:
    """A process for each processor; none beside this one where servers are named, which they would share."""
    return 0 if servers.NAMED else min(os.cpu_count() or 1, MOST_PROCESSES)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that needs the processes of a site is slow; markers are there before `-m` chooses."""
    if "site" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The last word about the order, after pytest-django's."""
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _place(item: pytest.Item) -> int:
    return next(
        (number for number, folder in enumerate(SLOWEST) if item.nodeid.startswith(folder)), len(SLOWEST)
    )
