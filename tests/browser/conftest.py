"""One Chromium for all browser tests, a context for each person, and a group that tests only look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests import chromium
from tests.browser.archive import Archive, gather
from tests.browser.people import SECONDS_TO_WAIT, Person, enter
from tests.site import Site

Enter = Callable[..., Person]


@dataclass
class Scene:
    """Alice's group with Bob in it, a post that both can read, and Mallory outside."""

    alice: Person
    bob: Person
    mallory: Person
    slug: str
    post: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


# Not for the whole session: while it runs, Playwright's event loop keeps asynchronous tests from theirs.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
    running = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
    yield running
    running.close()


@pytest.fixture(scope="package")
def everybody() -> list[Person]:
    """Everybody who has a browser open."""
    return []


@pytest.fixture
def person(site: Site, browser: Browser, everybody: list[Person]) -> Iterator[Enter]:
    """Lets somebody in, with a browser of their own that is closed after the test."""
    came: list[Person] = []

    def come(name: str, *, url: str = "", **options: object) -> Person:
        came.append(_enter(browser, url or site.url, name, **options))
        everybody.append(came[-1])
        return came[-1]

    yield come
    for each in came:
        each.context.close()


@pytest.fixture(scope="package")
def scene(site: Site, browser: Browser, everybody: list[Person]) -> Iterator[Scene]:
    """The cast for tests that change nothing of it. Their pages are anywhere."""
    alice, bob, mallory = (_enter(browser, site.url, name) for name in ("Alice", "Bob", "Mallory"))
    everybody += [alice, bob, mallory]
    for each in (alice, bob, mallory):
        each.arrive()
    slug = alice.has_group("Walkers", description="We walk.")
    bob.has_joined(alice.has_link(slug))
    post = alice.publish(slug, title="On the ridge", text="It was *windy* up there.")
    yield Scene(alice, bob, mallory, slug, post)
    for each in (alice, bob, mallory):
        each.context.close()


@pytest.fixture(scope="package")
def gathered(site: Site, browser: Browser, everybody: list[Person]) -> Iterator[Archive]:
    names = ("Alice", "Dave", "Carol", "Erin", "Frank", "Mallory")
    people = [_enter(browser, site.url, name) for name in names]
    everybody += people
    yield gather(site, *people)
    for each in people:
        each.context.close()


@pytest.fixture
def archive(gathered: Archive) -> Iterator[Archive]:
    """The cast of the tests about read requests, as if nobody had asked for anything yet."""
    yield gathered
    gathered.forget()


@pytest.fixture(autouse=True)
def nothing_went_wrong(everybody: list[Person]) -> Iterator[None]:
    """No test leaves an error in a console, a report of the security policy, or a request to another host."""
    yield
    faults = {each.name: each.faults[:] for each in everybody if each.faults}
    for each in everybody:
        each.faults.clear()
        each.forgiven.clear()
    assert faults == {}


def _enter(browser: Browser, url: str, name: str, **options: object) -> Person:
    person = enter(browser, url, name, **options)
    person.page.set_default_timeout(SECONDS_TO_WAIT * 1000)
    return person
