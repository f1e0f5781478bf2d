"""A message may die with the process that was to tell it: its pages find out by themselves."""

import time

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Scene
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


def test_a_post_that_is_gone_is_taken_from_a_page_that_nobody_told(scene: Scene):
    path = scene.alice.publish(scene.slug, title="For a day", text="Read it soon.")
    tab = scene.bob.another_tab("/drafts/")
    tab.page.route_web_socket("**/ws/*", that_tells_nothing)
    tab.read(path)
    expect(tab.page.get_by_label("Write a comment", exact=True)).to_be_visible()
    scene.alice.send_form(f"{path}delete/")

    tab.page.evaluate("() => document.dispatchEvent(new CustomEvent('news.missed', { detail: {} }))")

    expect(tab.page.get_by_role("heading", name="Nothing here any more")).to_be_visible()
    expect(tab.page.get_by_text("Read it soon.")).to_have_count(0)
    tab.forgive("404")
    tab.page.close()
