"""Mallory outside, and a member who is neither author nor asker, at every address of a read request."""

import pytest
from playwright.sync_api import expect

from tests.browser.archive import Archive
from tests.browser.people import Person
from tests.browser.seen import approve, ask, reads, sees_waiting, waiting

TO_READ = [
    "{post}",
    "{post}envelope.json",
    "{post}grants/",
    "/requests/{waits}.json",
    "/requests/{waits}/toast/",
]
TO_CHANGE = [
    "{post}request_read/",
    "/groups/{slug}/request_read/",
    "/requests/{waits}/approve/",
    "/requests/{waits}/reject/",
    "/requests/{waits}/withdraw/",
    "/requests/{waits}/mute/",
    "/requests/{granted}/report/",
    "/requests/{granted}/withdraw_grant/",
]


@pytest.fixture
def places(archive: Archive) -> dict[str, object]:
    """A request of Carol's that waits, and one that Alice has granted, with the pages of both open."""
    alice, carol = archive.alice, archive.carol
    alice.stay("/requests/")
    granted = ask(carol, archive.posts[0])
    approve(alice, granted)
    reads(carol, "Snow up to the windows.")
    waits = ask(carol.another_tab("/keys/"), archive.posts[1])
    expect(waiting(alice)).to_have_count(1)
    return {"post": archive.posts[0], "slug": archive.slug, "waits": waits, "granted": granted}


def answers(person: Person, addresses: list[str], places: dict[str, object]) -> list[int]:
    return [person.status(address.format(**places)) for address in addresses]


def changes(person: Person, places: dict[str, object]) -> list[int]:
    return [person.send(address.format(**places), {}).status for address in TO_CHANGE]


def test_mallory_gets_404_everywhere_and_hears_nothing(archive: Archive, places: dict[str, object]):
    alice, carol, mallory = archive.alice, archive.carol, archive.mallory
    mallory.stay("/requests/")
    assert answers(alice, TO_READ, places) == [200] * 5

    nothing = places | {"post": "/posts/00000000-0000-4000-8000-000000000000/", "slug": "nothing"}
    nothing |= {"waits": 999_999_999, "granted": 999_999_999}
    for what in (places, nothing):
        assert answers(mallory, TO_READ, what) == [404] * 5
        assert changes(mallory, what) == [404] * 8

    expect(mallory.page.get_by_text("Nothing waits for you", exact=True)).to_be_visible()
    expect(mallory.page.locator("[data-request-id]")).to_have_count(0)
    assert mallory.status(f"/requests/from/{carol.uid}.json") == 200
    assert mallory.context.request.get(f"{mallory.url}/requests/from/{carol.uid}.json").json() == {
        "request_ids": []
    }
    assert [message.get("message") for message in mallory.heard] == ["connection accepted"]
    # Nothing has changed.
    reads(carol, "Snow up to the windows.")
    sees_waiting(alice, 1)


def test_a_member_gets_404_for_the_requests_of_others(archive: Archive, places: dict[str, object]):
    frank, carol = archive.frank, archive.carol
    frank.open(archive.posts[0])

    # The post is one that Frank may ask for; who was granted it is not his to know.
    assert answers(frank, TO_READ, places) == [200, 200, 404, 404, 404]
    assert changes(frank, places)[2:] == [404] * 6
    reads(carol, "Snow up to the windows.")
