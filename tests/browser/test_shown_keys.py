"""An author grants the post and the keys whose names and fingerprints stand on the page, and no others."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from secureblogs.crypto import wrapping
from tests.browser.archive import Archive
from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reads

Material = dict[str, object]


def with_another_key(material: Material) -> Material:
    other = wrapping.public_key_of(wrapping.generate_private_key())
    pinned = material["public_keys"]
    assert isinstance(pinned, list)
    pinned.append(
        {"fingerprint": other.fingerprint.hex(), "algorithm": other.algorithm, "public_key": other.pem}
    )
    return material


def with_another_key_under_the_same_fingerprint(material: Material) -> Material:
    pinned = material["public_keys"]
    assert isinstance(pinned, list)
    pinned[0]["public_key"] = wrapping.public_key_of(wrapping.generate_private_key()).pem
    return material


def approve_what_comes_as(
    author: Person, request_id: int, change: Callable[[Material], Material], *, says: str = "^=other-"
) -> None:
    """Approve while the site answers with something else than what the page shows."""

    def exchange(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=change(answer.json()))

    source = f"**/requests/{request_id}.json"
    author.page.route(source, exchange)
    approve(author, request_id)
    expect(card(author, request_id).locator(f"[data-said{says}]")).to_be_visible()
    author.page.unroute(source)


@pytest.fixture
def archive(archive: Archive) -> Archive:
    archive.alice.stay("/requests/")
    return archive


def granted_nothing(author: Person, request_id: int) -> None:
    expect(card(author, request_id)).to_have_attribute("data-request-state", "pending")
    assert [request.url for request in author.requests if request.url.endswith("/approve/")] == []


def test_a_key_that_was_not_shown_is_granted_nothing(archive):
    alice, carol = archive.alice, archive.carol
    of_carol = ask(carol, archive.posts[0])
    alice.requests.clear()

    approve_what_comes_as(alice, of_carol, with_another_key)

    expect(card(alice, of_carol).locator("[data-said]")).to_have_text(
        "They ask for a key that was not shown here, so nothing was granted. Look at the keys again"
    )
    granted_nothing(alice, of_carol)
    approve(alice, of_carol)
    reads(carol, "Snow up to the windows.")


def test_a_key_that_is_not_the_one_of_its_fingerprint_is_granted_nothing(archive):
    alice, carol = archive.alice, archive.carol
    of_carol = ask(carol, archive.posts[0])
    alice.requests.clear()

    approve_what_comes_as(alice, of_carol, with_another_key_under_the_same_fingerprint, says="=failed")

    granted_nothing(alice, of_carol)
    approve(alice, of_carol)
    reads(carol, "Snow up to the windows.")


def test_another_post_than_the_one_that_is_named_is_not_granted(archive):
    alice, carol = archive.alice, archive.carol
    of_second = ask(carol, archive.posts[1])
    of_first = ask(carol, archive.posts[0])
    expect(card(alice, of_first)).to_be_visible()
    # Right in every respect, but it is about something else.
    second = alice.context.request.get(f"{alice.url}/requests/{of_second}.json").json()
    alice.requests.clear()

    approve_what_comes_as(alice, of_first, lambda _: second)

    expect(card(alice, of_first).locator("[data-said]")).to_have_text(
        "What would be granted is not the post that is named here, so nothing was granted. Look at the requests again"
    )
    granted_nothing(alice, of_first)
    approve(alice, of_first)
    reads(carol, "Snow up to the windows.")
