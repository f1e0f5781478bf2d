"""What a first visit costs: every byte of a page, its scripts and the keyring's worker, headers included."""

import re

import pytest
from playwright.sync_api import Request, expect

from posts.live import consumers
from tests.browser.manage import manage
from tests.browser.people import Person

MOST = 100_000
# A page on a slow line makes few round trips: modules are named in the head, not found one after the other.
MOST_REQUESTS = 60
# What the index is made of, page by page.
OF_READING = re.compile(r"/search/\w+\.json")


def first_visit(person: Person, path: str) -> list[Request]:
    """The requests of somebody who comes for the first time, with nothing in the browser's cache."""
    # The browser cuts off now what the page before still had under way, so that this visit does not count it.
    person.page.goto("about:blank")
    # To a page that is asked for right after something happened, that is news, and it is fetched twice.
    person.page.wait_for_timeout(consumers.ON_THE_WAY)
    session = person.context.new_cdp_session(person.page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    person.requests.clear()
    person.open(path)
    person.page.wait_for_load_state("networkidle")
    session.detach()
    return person.requests[:]


def weight(requests: list[Request]) -> int:
    sizes = [request.sizes() for request in requests]
    return sum(size["responseHeadersSize"] + size["responseBodySize"] for size in sizes)


@pytest.mark.parametrize(
    "path",
    [
        "post",
        "/",
        "/groups/{slug}/",
        "/groups/{slug}/posts/new/",
        "/write/",
        "/drafts/",
        "/search/",
        "/download/",
        "/groups/{slug}/download/",
        "/keys/",
        "/requests/",
    ],
)
def test_a_first_visit_stays_under_100_kb(scene, path, record_property):
    bob = scene.bob
    path = scene.post if path == "post" else path.format(slug=scene.slug)
    requests = first_visit(bob, path)
    envelope = bob.page.locator("decrypted-post script").all_text_contents()
    if envelope:
        expect(bob.article).to_have_attribute("data-access", "open")
        assert any("keyring_worker" in request.url for request in requests)
    # Fonts are not counted, nor envelopes and what else there is the more of the more a person can read.
    transferred = weight(
        [
            request
            for request in requests
            if request.resource_type != "font" and not OF_READING.search(request.url)
        ]
    )
    transferred -= len("".join(envelope).encode())
    record_property("bytes", transferred)
    record_property("requests", len(requests))
    print(f"\n{path}: {transferred:,} bytes in {len(requests)} requests")

    assert transferred < MOST
    assert len(requests) < MOST_REQUESTS


def test_the_fullest_page_of_requests_stays_under_it_too(site, person, record_property):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Asked by many")
    manage(
        site,
        "from tests.browser.fullest import ask_many; from groups.models import Group; "
        f"group = Group.objects.get(slug='{slug}'); ask_many(group.members.get(), group, people=60)",
    )

    requests = first_visit(alice, "/requests/")

    expect(alice.page.locator(".card")).to_have_count(20)
    expect(alice.page.locator(".card .fingerprint")).to_have_count(40)
    transferred = weight([request for request in requests if request.resource_type != "font"])
    page = next(request for request in requests if request.url.endswith("/requests/"))
    record_property("bytes", transferred)
    record_property("page", page.sizes()["responseBodySize"])
    print(f"\nThe fullest page of requests: {transferred:,} bytes in {len(requests)} requests")
    assert transferred < MOST
    assert len(requests) < MOST_REQUESTS
