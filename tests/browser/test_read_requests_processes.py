"""Two web processes, one that was killed, and a Redis that was away: each page shows one truth, without a reload."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from secureblogs.local.valkey import Valkey
from tests.browser.browsers import add_browser, another_browser
from tests.browser.conftest import Enter
from tests.browser.people import Person
from tests.browser.seen import SOON, approve, ask, card, reads, sees_waiting, toasts, waiting
from tests.site import Site

# A socket comes back after a pause that is random, and up to twice as long each time.
UNTIL_BACK = 40_000
ANY = re.compile(r"^\d+$")
# Connected more than once.
AGAIN = re.compile(r"^([2-9]|\d\d+)$")


@pytest.fixture(scope="module")
def second(site: Site) -> Iterator[str]:
    """The address of a second web process, as behind a balancer: the settings are the same but for the port."""
    yield site.start_another_web("web2")
    # A test that failed half-way has killed it already.
    if "web2" in site.processes:
        site.kill("web2")


def test_author_and_asker_are_live_through_different_processes(archive, person, second):
    alice = archive.alice
    carol, phone = (another_browser(person, who, url=second) for who in (archive.carol, alice))
    add_browser(carol, of=archive.carol)
    alice.stay("/requests/")
    phone.stay("/groups/")

    of_carol = ask(carol, archive.posts[0])
    for place in (alice, phone):
        expect(toasts(place)).to_have_text(
            ["Carol asks to read “First winter” in Old days. Answer"], timeout=SOON
        )
        sees_waiting(place, 1)
    approve(alice, of_carol)

    reads(carol, "Snow up to the windows.")
    for place in (alice, phone):
        sees_waiting(place, 0)


def test_what_was_asked_while_the_process_of_the_author_was_dead_shows_when_it_is_back(
    site, archive, person, second
):
    carol, phone = archive.carol, another_browser(person, archive.alice, url=second)
    phone.stay("/requests/")
    elsewhere = phone.another_tab("/groups/")
    site.kill("web2")

    of_carol = ask(carol, archive.posts[0])
    expect(waiting(phone)).to_have_count(0)
    site.start_another_web("web2", port=int(second.rsplit(":", 1)[1]))

    expect(card(phone, of_carol)).to_have_attribute("data-request-state", "pending", timeout=UNTIL_BACK)
    for place in (phone, elsewhere):
        expect(place.page.locator('[data-badge="requests"]')).to_have_text("1", timeout=UNTIL_BACK)
        sees_waiting(place, 1)
    phone.forgive("ERR_CONNECTION_REFUSED")
    phone.forgive("ERR_CONNECTION_RESET")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server of one test's own."""
    own = Valkey(tmp_path / "valkey", durable=False)
    own.start()
    yield own
    own.stop()


@pytest.fixture
def apart(site: Site, valkey: Valkey) -> Iterator[str]:
    """The address of a web process with a Redis that is nobody else's."""
    yield site.start_another_web("apart", REDIS_URL=valkey.url())
    site.kill("apart")


def with_keys(person: Enter, who: Person, url: str) -> Person:
    browser = another_browser(person, who, url=url)
    add_browser(browser, of=who)
    return browser


def test_a_restart_of_redis_between_asking_and_answering_loses_nothing(site, valkey, apart, archive, person):
    alice, carol = (with_keys(person, who, apart) for who in (archive.alice, archive.carol))
    alice.stay("/requests/")
    before = ask(carol, archive.posts[0])
    expect(card(alice, before)).to_have_attribute("data-request-state", "pending")
    carol.hears(1)
    other_tab = carol.another_tab("/groups/")

    valkey.stop()
    meanwhile = ask(other_tab, archive.posts[1])
    valkey.start()

    # The page has the news as soon as the socket is back.
    for place in (alice, carol):
        expect(place.page.locator("html")).to_have_attribute("data-connections", AGAIN, timeout=UNTIL_BACK)
    # This page was made meanwhile: its first socket may be the one that was accepted.
    expect(other_tab.page.locator("html")).to_have_attribute("data-connections", ANY, timeout=UNTIL_BACK)
    expect(card(alice, meanwhile)).to_have_attribute("data-request-state", "pending")
    sees_waiting(alice, 2)
    for request_id in (before, meanwhile):
        approve(alice, request_id)
    reads(carol, "Snow up to the windows.")
    reads(other_tab, "Rain on ice.")
    sees_waiting(alice, 0)
    after = ask(carol.another_tab("/groups/"), archive.posts[2])
    news = toasts(alice).filter(has_text="Carol asks to read “Third winter” in Old days.")
    expect(news).to_have_count(1, timeout=SOON)
    expect(card(alice, after)).to_have_attribute("data-request-state", "pending")
    # A socket is refused meanwhile, which a browser writes down; the process has no trouble with that.
    for place in (alice, carol):
        place.forgive("WebSocket connection to")
    assert "Exception inside application" not in (site.logs / "apart.log").read_text()


def test_a_page_that_is_left_while_it_connects_complains_of_nothing(site, archive, person, second):
    phone = another_browser(person, archive.alice, url=second)
    tab = phone.another_tab("/groups/")
    phone.page.goto("about:blank")
    site.kill("web2")

    # Somebody takes the calls and answers none.
    with socket.create_server(("127.0.0.1", int(second.rsplit(":", 1)[1]))) as mute:
        mute.settimeout(UNTIL_BACK / 1000)
        calling, _ = mute.accept()
        with calling:
            assert calling.recv(1024).startswith(b"GET /ws/post_request")
            tab.page.close()
            assert calling.recv(1024) == b""
    phone.page.goto("data:text/html,Elsewhere")

    phone.forgive("ERR_CONNECTION_REFUSED")
    phone.forgive("ERR_CONNECTION_RESET")
    assert phone.faults == []
