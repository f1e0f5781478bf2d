"""The same site from another checkout, so that both are measured in turns on one machine.

`BENCH_BEFORE` names the folder of the checkout. It runs on the servers of this run with a database of its own, by the
Python of this run, so it has to do with the packages that are installed.
"""

import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import commands
from tests.bench.rig import stop
from tests.site import Site, make_site

CHECKOUT = os.environ.get("BENCH_BEFORE", "")


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in and opens a page."""

    site: Site
    path: str
    cookies: str


@contextmanager
def site_before(beside: Site) -> Iterator[Site | None]:
    """The web process of the other checkout, beside this one's; None if no checkout is named."""
    if not CHECKOUT:
        yield None
        return
    folder = beside.logs.parent / "before"
    folder.mkdir(mode=0o711)
    made = make_site(folder, base=Path(CHECKOUT))
    try:
        made.start("web")
        made.wait_until_ready("/healthz")
        yield made
    finally:
        stop(made)


def in_turns(rounds: list[list[float]], *, at_most: float) -> dict[str, float]:
    """The figures of rounds, in each of which ours was measured, and then the other's if there is one."""
    found = {"seconds": statistics.median(ours for ours, *_ in rounds)}
    if len(rounds[0]) == 1:
        return found
    return found | {
        "before": statistics.median(before for _, before in rounds),
        "ratio": statistics.median(ours / before for ours, before in rounds),
        "at_most": at_most,
    }


def reader_of_twenty(site: Site) -> Reader:
    """A member of a group with posts for two pages, made by the checkout's own models."""
    code, said, complaint = commands.run(sys.executable, "-c", TWENTY, cwd=site.base, env=site.environment)
    assert code == 0, complaint
    path, cookies = json.loads(said)
    return Reader(site, path, cookies)


# Run in the other checkout: it knows only names that both have.
TWENTY = """
import json
import django
django.setup()
from tests.bench.pages import add_posts
from tests.crowd import Visitor, crowd, owner_of
group = crowd("Readers", 10)
add_posts(group, 30)
print(json.dumps([f"/groups/{group.slug}/", Visitor(owner_of(group), port=1).cookies]))
"""
