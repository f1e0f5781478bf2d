"""A page that is older than the site, or lost the network: a script that it needs does not come, and it says so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Scene

OF_MARKDOWN = ["**/js/lib/markdown.*.js", "**/js/lib/markdown_worker.*.js", "**/vendor/markdown.*.js"]


@pytest.fixture(params=OF_MARKDOWN)
def lost(request: pytest.FixtureRequest, scene: Scene) -> Iterator[str]:
    """Alice's and Bob's browsers don't get that script."""
    people = (scene.alice, scene.bob)
    for person in people:
        person.context.new_cdp_session(person.page).send("Network.clearBrowserCache")
        person.page.route(request.param, lambda route: route.abort())
    yield request.param
    for person in people:
        person.page.unroute(request.param)
        person.forgive("Failed to load resource")


@pytest.mark.usefixtures("lost")
def test_the_preview_says_that_it_did_not_load_and_the_text_stays(scene):
    alice, page = scene.alice, scene.alice.page
    alice.write(scene.slug, title="Kept", text="What I *wrote*.")

    alice.press("Preview")

    expect(page.get_by_text("The preview did not load")).to_contain_text(
        "Your draft is kept in this browser."
    )
    expect(page.get_by_label("Text", exact=True)).to_have_value("What I *wrote*.")
    expect(page.locator("[data-preview-place]")).to_be_hidden()
    page.get_by_role("link", name="Reload the page", exact=True).click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("What I *wrote*.")


@pytest.mark.usefixtures("lost")
def test_a_post_says_that_it_did_not_load(scene):
    scene.bob.open(scene.post)

    expect(
        scene.bob.page.get_by_text("A script did not load: this page is older than the site")
    ).to_be_visible()
    scene.bob.page.get_by_role("link", name="Reload the page", exact=True).wait_for()


def test_a_page_says_that_an_element_did_not_load(scene):
    bob, address = scene.bob, "**/js/elements/check_code.*.js"
    bob.context.new_cdp_session(bob.page).send("Network.clearBrowserCache")
    bob.page.route(address, lambda route: route.abort())

    bob.open("/keys/")

    expect(bob.page.locator("connection-line")).to_contain_text("Keep what you have written.")
    bob.page.unroute(address)
    bob.forgive("Failed to load resource")
