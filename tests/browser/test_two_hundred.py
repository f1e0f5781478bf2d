"""Two hundred requests of one person, answered with one click."""

import re
import time

from playwright.sync_api import expect

from tests.browser.database import value_of
from tests.browser.manage import manage
from tests.browser.seen import sees_waiting, waiting
from tests.site import Site

# As many as one person may have waiting in a group.
EACH = 100
# A page that does not react for so long feels stuck; a quiet machine needs a tenth.
MOST_AT_A_TIME = 500  # milliseconds

WRITE = """
import uuid
from accounts.models.account_key import AccountKeyQuerySet
from groups.models import Group
from posts.publishing import posts as publishing
from tests.cast import sealed_draft
# Not what one author may have on their way, but what waits for one author is tried here; nor who signed it.
publishing.MOST_UNFINISHED = 1_000
AccountKeyQuerySet.newest_of = lambda self, author: None
group = Group.objects.get(slug={slug!r})
author = group.members.get()
for number in range({count}):
    uid, title = uuid.uuid4(), f"Letter {{number}}"
    draft = sealed_draft(author, group, uid=uid, title=title, body="Dear all")
    publishing.submit(group, author=author, uid=uid, title=title, draft=draft)
"""
UNPUBLISHED = "SELECT count(*) FROM posts_revision WHERE title LIKE 'Letter %%' AND state <> 'published'"
# How long the page was busy at a time: everything that is longer than 50 ms.
WATCH = """
() => {
  window.busy = [];
  new PerformanceObserver((list) => window.busy.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: "longtask" });
}
"""


def test_two_hundred_are_approved_in_one_go_and_the_page_never_freezes(site, person, record_property):
    alice, carol = person("Alice"), person("Carol")
    alice.arrive()
    carol.arrive()
    slugs = [alice.has_group(name) for name in ("Letters", "More letters")]
    manage(site, "".join(WRITE.format(slug=slug, count=EACH) for slug in slugs))
    wait_until_published(site)
    for slug in slugs:
        carol.has_joined(alice.has_link(slug))
        carol.open(f"/groups/{slug}/")
        carol.press(f"Ask for all {EACH} posts that I lack a key for")
        expect(carol.page.get_by_text(f"You asked to read {EACH} posts.", exact=True)).to_be_visible()
    alice.stay("/requests/")
    sees_waiting(alice, 2 * EACH)
    expect(waiting(alice)).to_have_count(20)
    alice.page.evaluate(WATCH)
    bar = alice.page.get_by_role("progressbar", name="Requests approved")
    began = time.monotonic()

    alice.page.get_by_role("button", name="Approve all from this person", exact=True).first.click()

    says = alice.page.locator("[data-several] [data-says]")
    expect(says).to_have_text(re.compile(rf"^Approving \d\d+ of {2 * EACH}$"))
    expect(bar).to_have_js_property("max", 2 * EACH)
    # The page answers meanwhile.
    alice.page.get_by_text("Fingerprint of the key", exact=True).last.click(timeout=2_000)
    expect(says).to_have_text(f"Approved: {2 * EACH}", timeout=180_000)
    record_property("seconds", time.monotonic() - began)
    busy = alice.page.evaluate("window.busy")
    record_property("longest_task", max(busy, default=0))
    print(f"\n200 approved in {time.monotonic() - began:.1f} s, longest task {max(busy, default=0):.0f} ms")
    assert [duration for duration in busy if duration > MOST_AT_A_TIME] == []
    expect(waiting(alice)).to_have_count(0)
    sees_waiting(alice, 0)
    carol.open(f"/groups/{slugs[0]}/")
    expect(carol.page.locator("[data-readable=yes]")).to_have_count(20)


def wait_until_published(site: Site) -> None:
    deadline = time.monotonic() + 60
    while value_of(site.database_url, UNPUBLISHED):
        assert time.monotonic() < deadline, site.words()
        time.sleep(0.1)
