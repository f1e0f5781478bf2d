"""Many posts in one zip: the time and the memory that it takes. `ZIP_POSTS=1000` measures as many as of years."""

import os
import re
import time
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter
from tests.browser.manage import manage
from tests.browser.test_files import MIB, add, begin, payload, wait_for
from tests.browser.test_zips import start
from tests.site import Site

POSTS = int(os.environ.get("ZIP_POSTS", "12"))
AT_ONCE = 200  # published by one process
LARGE = 20 * MIB
# Beside what the page had before: a file is there as parts, sealed, and opened, and what was used for posts until the
# browser collects it, which does not grow with their number. Nothing of that is kept.
MOST, KEPT = 30 * LARGE, 2 * LARGE


def memory_of(browser: Browser, field: str, *, anew: bool = False) -> int:
    """Bytes of the largest process that shows a page, its workers among them: `VmRSS` now, `VmHWM` at most.

    What was used at most is counted `anew` from then on.
    """
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    pages = [Path(f"/proc/{each['id']}") for each in processes if each["type"] == "renderer"]
    if anew:
        for page in pages:
            (page / "clear_refs").write_text("5")
    status = "".join((page / "status").read_text() for page in pages)
    return max(int(size) for size in re.findall(rf"{field}:\s+(\d+) kB", status)) * 1024


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_posts_are_taken_along_one_at_a_time(
    site: Site, browser: Browser, person: Enter, record_property
):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Full")
    for number in range(2):
        begin(alice, slug, title=f"Large {number}", text="x")
        add(alice, payload("large.bin", "application/octet-stream", os.urandom(LARGE)))
        wait_for(alice, "large.bin")
        alice.press("Publish")
        expect(alice.article).to_have_attribute("data-state", "published")
    publish = "from tests.browser.many_posts import publish_many; from groups.models import Group; "
    for first in range(0, POSTS, AT_ONCE):
        number = min(AT_ONCE, POSTS - first)
        manage(
            site, f"{publish}publish_many(Group.objects.get(slug='{slug}'), 'Program{first}', posts={number})"
        )
    alice.open(f"/groups/{slug}/download/")
    before, began = memory_of(browser, "VmRSS", anew=True), time.monotonic()

    with alice.page.expect_download(timeout=3_000_000) as download:
        start(alice, f"/groups/{slug}/download/")
    took = time.monotonic() - began
    path = download.value.path()
    archive = ZipFile(path)
    assert len([name for name in archive.namelist() if name.endswith("/post.html")]) == POSTS + 2
    grown = memory_of(browser, "VmHWM") - before
    devtools = alice.page.context.new_cdp_session(alice.page)
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    kept = memory_of(browser, "VmRSS") - before
    record_property("seconds", took)
    record_property("bytes", grown)
    size = path.stat().st_size
    download.value.delete()
    print(
        f"\n{POSTS} posts and two files of 20 MiB: {took:.1f} s, a zip of {size / MIB:.1f} MiB; the page's process had"
        f" {before / MIB:.0f} MiB and took {grown / MIB:.0f} MiB more at most, of which it kept {kept / MIB:.0f}"
    )

    assert grown < MOST
    assert kept < KEPT
