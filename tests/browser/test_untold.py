"""The message that a post is out may die with the process that was to tell it: its pages find out by themselves."""

import time

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.database import value_of
from tests.browser.frozen import frozen
from tests.browser.people import SECONDS_TO_WAIT
from tests.site import Site

STATE = "SELECT state FROM posts_revision JOIN posts_post AS post ON post.id = post_id WHERE uid = %(uid)s"
# Longer than an open page waits before it looks again.
MILLISECONDS = 15_000


def that_tells_nothing(socket: WebSocketRoute) -> None:
    """A socket that is accepted and brings no news."""
    server = socket.connect_to_server()
    server.on_message(lambda message: socket.send(message) if "connection accepted" in str(message) else None)


def test_a_post_is_published_on_pages_that_nobody_tells(site, person):
    alice = person("Alice")
    alice.context.route_web_socket("**/ws/*", that_tells_nothing)
    alice.context.clock.install()
    alice.arrive()
    slug = alice.has_group("Untold")
    with frozen(site, "worker"):
        alice.write(slug, title="Nobody says so", text="It is out.")
        alice.press("Publish")
        expect(alice.article).to_have_attribute("data-state", "queued")
        alice.hears(1)
        uid = alice.path.split("/")[2]
        listed = alice.another_tab(f"/groups/{slug}/").page.locator(".contents__item")
        expect(listed).to_have_attribute("data-state", "queued")
    wait_until_published(site, uid)
    expect(alice.article).to_have_attribute("data-state", "queued")

    alice.context.clock.fast_forward(MILLISECONDS)

    expect(alice.article).to_have_attribute("data-state", "published")
    expect(alice.body).to_have_text("It is out.")
    expect(listed).to_have_attribute("data-state", "published")


def wait_until_published(site: Site, uid: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while value_of(site.database_url, STATE, uid=uid) != "published":
        assert time.monotonic() < deadline, site.words()
        time.sleep(0.05)
