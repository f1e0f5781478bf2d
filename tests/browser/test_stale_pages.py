"""A page that is older than the site, or lost the network: a script that it needs does not come, and it says so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Scene

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


def test_a_text_goes_to_the_group_that_is_chosen_though_the_script_for_it_did_not_load(person: Enter):
    dora = person("Dora")
    dora.arrive()
    divers, swimmers = dora.has_group("Divers"), dora.has_group("Swimmers")
    dora.page.route("**/js/lib/group_choice.*.js", lambda route: route.abort())
    dora.open(f"/write/?group={divers}")
    editor, group = dora.page.locator("post-editor[data-ready]"), dora.page.get_by_label("Group", exact=True)
    expect(editor).to_have_attribute("data-action", f"/groups/{divers}/posts/")
    expect(group).to_have_value(divers)
    dora.page.get_by_label("Title", exact=True).fill("Nine degrees")
    dora.page.get_by_label("Text", exact=True).fill("For swimmers.")

    group.select_option(label="Swimmers")

    expect(editor).to_have_attribute("data-action", f"/groups/{swimmers}/posts/")
    expect(dora.page.locator("[data-readers]")).to_be_empty()
    dora.press("Publish")
    expect(dora.article).to_have_attribute("data-state", "published")
    expect(dora.page.locator(".post__group")).to_have_text("Swimmers")
    dora.forgive("Failed to load resource")


def test_a_button_of_the_bar_says_that_its_script_did_not_load(scene):
    alice, address = scene.alice, "**/js/lib/writing_bar.*.js"
    alice.context.new_cdp_session(alice.page).send("Network.clearBrowserCache")
    alice.page.route(address, lambda route: route.abort())
    alice.write(scene.slug, title="Plain", text="What I wrote.")

    alice.press("Bold")

    expect(alice.page.locator("connection-line")).to_contain_text("Keep what you have written.")
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("What I wrote.")
    alice.page.unroute(address)
    alice.forgive("Failed to load resource")


def test_a_page_says_that_an_element_did_not_load(scene):
    bob, address = scene.bob, "**/js/elements/check_code.*.js"
    bob.context.new_cdp_session(bob.page).send("Network.clearBrowserCache")
    bob.page.route(address, lambda route: route.abort())

    bob.open("/keys/")

    expect(bob.page.locator("connection-line")).to_contain_text("Keep what you have written.")
    bob.page.unroute(address)
    bob.forgive("Failed to load resource")
