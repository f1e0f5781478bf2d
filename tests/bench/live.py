"""From one person's click to the other one's page: two real browser pages, beside what Redis alone takes.

Both pages note the time themselves, by the clock of the one machine, at the click and at the change of the page.
"""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from groups.domain import groups, members
from groups.models import Group
from posts.models import Post, State
from tests import chromium
from tests.bench.rig import report
from tests.bench.sockets import SOCKETS, open_tabs, p99, raw
from tests.browser.people import Person, enter
from tests.crowd import Visitor
from tests.site import Site

ASKED = 200

# What is waited for, when a button was pressed, and when the page showed it. Asking leads to a new page in the tab.
STOPWATCH = """
const noted = JSON.parse(sessionStorage.getItem("noted") ?? "{}");
const note = (more) => sessionStorage.setItem("noted", JSON.stringify(Object.assign(noted, more)));
const now = () => performance.timeOrigin + performance.now();
addEventListener("click", () => note({ click: now() }), true);
const look = () => {
  if (noted.place && !noted.shown) {
    const places = [...document.querySelectorAll(noted.place)];
    if (places.some((place) => place.textContent.includes(noted.words))) {
      note({ shown: now() });
    }
  }
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
window.stopwatch = { start: (place, words) => note({ place, words, shown: null }), noted: () => noted };
"""


def measure(site: Site) -> None:
    _measure(site, tabs=0)


def measure_beside_tabs(site: Site) -> None:
    _measure(site, tabs=SOCKETS)


def _measure(site: Site, *, tabs: int) -> None:
    with (
        open_tabs(site) if tabs else nullcontext(),
        _two_people(site) as (alice, carol),
        ThreadPoolExecutor(1) as database,
    ):
        # Playwright's loop runs in this thread, and Django would not ask the database beside it.
        posts = database.submit(_posts_before, site, alice, carol, tabs).result()
        alice.stay("/requests/")
        rounds = [_ask_and_grant(alice, carol, path, number) for number, path in enumerate(posts)]
        redis = raw(site)
    for what, delays in zip(
        ("ask to the author's toast", "approve to the asker's text"), zip(*rounds, strict=True), strict=True
    ):
        report(
            f"click on {what}, {tabs} other tabs",
            p50=statistics.median(delays),
            p99=p99(list(delays)),
            redis_p50=statistics.median(redis),
            redis_p99=p99(redis),
        )


@contextmanager
def _two_people(site: Site) -> Iterator[tuple[Person, Person]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        people = enter(browser, site.url, "Alice"), enter(browser, site.url, "Carol")
        for person in people:
            person.context.add_init_script(STOPWATCH)
            person.sign_up()
        yield people
        browser.close()


def _posts_before(site: Site, alice: Person, carol: Person, tabs: int) -> list[str]:
    """The paths of posts that are published before Carol joins."""
    author, asker = (User.objects.get(email=person.email) for person in (alice, carol))
    group = groups.create(f"Walkers beside {tabs}", owner=author)
    visitor = Visitor(author, port=site.port)
    for number in range(ASKED):
        assert visitor.publish(group, title=_title(number), body=_text(number)).status == 201
    _wait_until_published(group)
    members.join(group, user=asker)
    return [post.get_absolute_url() for post in Post.objects.filter(group=group).order_by("submitted_at")]


def _wait_until_published(group: Group) -> None:
    deadline = time.monotonic() + 60
    while Post.objects.filter(group=group, current__state=State.PUBLISHED).count() < ASKED:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _ask_and_grant(alice: Person, carol: Person, path: str, number: int) -> tuple[float, float]:
    """Seconds until the toast, and until the text."""
    carol.stay(path)
    _start(alice.page, ".toast", _title(number))
    _start(carol.page, "[data-testid=post-body]", _text(number))
    carol.press("Ask to read")
    toast = _noted(alice.page, "shown")
    card = alice.page.locator("[data-request-state=pending]").filter(has_text=_title(number))
    card.get_by_role("button", name="Approve", exact=True).click()
    text = _noted(carol.page, "shown")
    # Only now, when that page stays: the one that was clicked on has gone.
    asked, approved = _noted(carol.page, "click"), _noted(alice.page, "click")
    return (toast - asked) / 1000, (text - approved) / 1000


def _start(page: Page, place: str, words: str) -> None:
    page.evaluate("([place, words]) => stopwatch.start(place, words)", [place, words])


def _noted(page: Page, name: str) -> float:
    """When that was, in milliseconds; waits until it was."""
    noted = page.wait_for_function("(name) => stopwatch.noted()[name]", arg=name, polling=50)
    return float(noted.json_value())


def _title(number: int) -> str:
    return f"Post {number:04}"


def _text(number: int) -> str:
    return f"Text {number:04}"
