"""What an author typed stays until they send or discard it: over tabs, answers that are none, and other people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Enter, Scene
from tests.browser.people import Person

KEPT = "Draft kept in this browser, encrypted."
NO_KEY = "Not sent: the key to encrypt with did not arrive or is not valid. Your text is still here"
OTHER_TAB = "Another tab has published this post, with the text as it was there."


@pytest.fixture
def author(scene: Scene) -> Iterator[Person]:
    """Alice, who has nothing unsent, and leaves nothing to the next test."""
    alice = scene.alice
    throw_away(alice, scene)
    yield alice
    throw_away(alice, scene)


def throw_away(person: Person, scene: Scene) -> None:
    new_page(person, scene)
    while drafts(person).count():
        drafts(person).first.click()
        discard(person)


def new_page(person: Person, scene: Scene) -> None:
    """Open a page to write on, in a tab that had no text before."""
    person.page.close()
    person.page = person.context.new_page()
    person.open(f"/groups/{scene.slug}/posts/new/")
    is_ready(person)


def is_ready(person: Person) -> None:
    """Wait until the page knows what the browser has kept."""
    expect(person.page.locator("post-editor[data-ready]")).to_be_attached()


def text(person: Person) -> Locator:
    return person.page.get_by_label("Text", exact=True)


def drafts(person: Person) -> Locator:
    return person.page.locator("[data-draft] a")


def write_on(person: Person, more: str) -> None:
    text(person).press_sequentially(more)
    expect(person.page.get_by_text(KEPT)).to_be_visible()


def discard(person: Person) -> None:
    person.press("Discard")
    person.press("Discard")
    expect(text(person)).to_have_value("")


def published(person: Person) -> str:
    """Wait until what was sent is published; its text."""
    expect(person.article).to_have_attribute("data-state", "published")
    expect(person.article).to_have_attribute("data-access", "open")
    return person.body.inner_text()


def write(person: Person, scene: Scene, *, title: str, body: str) -> None:
    person.write(scene.slug, title=title, text=body)
    expect(person.page.get_by_text(KEPT)).to_be_visible()


def test_a_draft_survives_a_closed_tab_and_is_discarded_when_asked(scene: Scene, author: Person):
    write(author, scene, title="Half a thought", body="To be continued")

    new_page(author, scene)

    expect(text(author)).to_have_value("")
    mine = drafts(author).filter(has_text="Half a thought")
    expect(mine).to_have_count(1)
    mine.click()
    expect(text(author)).to_have_value("To be continued")
    author.press("Discard")
    expect(author.page.get_by_role("dialog")).to_contain_text("Discard this text?")
    author.press("Cancel")
    expect(text(author)).to_have_value("To be continued")
    discard(author)
    new_page(author, scene)
    expect(drafts(author)).to_have_count(0)


def test_a_tab_finds_its_own_text_again(scene: Scene, author: Person):
    write(author, scene, title="Mine", body="Of this tab")

    author.open("/groups/")
    author.open(f"/groups/{scene.slug}/posts/new/")

    expect(text(author)).to_have_value("Of this tab")
    expect(drafts(author)).to_have_count(0)


def test_what_was_typed_before_the_script_came_is_kept(scene: Scene, author: Person):
    waiting: list[Route] = []
    author.page.route("**/post_editor*.js", lambda route: waiting.append(route))
    with author.page.expect_request("**/post_editor*.js"):
        author.page.goto(f"{author.url}/groups/{scene.slug}/posts/new/", wait_until="commit")
    text(author).fill("Early")

    waiting[0].continue_()

    expect(author.page.get_by_text(KEPT)).to_be_visible()


def test_two_tabs_with_the_same_draft_lose_neither_text(scene: Scene, author: Person):
    write(author, scene, title="Twice open", body="One.")
    other = author.another_tab(f"/groups/{scene.slug}/posts/new/")
    drafts(other).click()
    expect(text(other)).to_have_value("One.")
    write_on(other, " Two.")

    author.press("Publish")
    assert published(author) == "One."
    first = author.path
    other.press("Publish")

    expect(other.page.get_by_text(OTHER_TAB)).to_be_visible()
    expect(text(other)).to_have_value("One. Two.")
    other.press("Publish")
    assert published(other) == "One. Two."
    assert other.path != first
    assert author.read(first).inner_text() == "One."
    other.page.close()


def test_a_text_that_another_tab_overtook_while_offline_is_kept(scene: Scene, author: Person):
    write(author, scene, title="Overtaken", body="One.")
    address = f"**/groups/{scene.slug}/posts/"
    author.page.route(address, lambda route: route.abort())
    author.press("Publish")
    expect(author.page.get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    author.page.unroute(address)
    other = author.another_tab(f"/groups/{scene.slug}/posts/new/")
    drafts(other).click()
    expect(text(other)).to_have_value("One.")
    write_on(other, " Two.")
    other.press("Publish")
    assert published(other) == "One. Two."

    author.press("Publish")

    expect(
        author.page.get_by_text("An earlier try did arrive, with the text as it was then.")
    ).to_be_visible()
    expect(text(author)).to_have_value("One.")
    author.forgive("ERR_FAILED")
    other.page.close()


def test_a_post_that_was_deleted_before_its_answer_came_is_not_there_again(scene: Scene, author: Person):
    write(author, scene, title="Out and gone", body="Once.")
    address, paths = f"**/groups/{scene.slug}/posts/", []

    def swallow(route: Route) -> None:
        paths.append(route.fetch().json()["address"])
        route.abort()

    author.page.route(address, swallow)
    author.press("Publish")
    expect(author.page.get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    author.page.unroute(address)
    author.forgive("ERR_FAILED")
    other = author.another_tab(paths[0])
    other.press("Delete post")
    other.press("Delete post")
    expect(other.page).to_have_url(f"{author.url}/groups/{scene.slug}/")
    other.page.close()

    author.press("Publish")
    expect(author.page.get_by_text("This post arrived before, and was deleted since.")).to_be_visible()
    expect(text(author)).to_have_value("Once.")
    author.forgive("409")

    author.press("Publish")
    assert published(author) == "Once."
    assert author.path != paths[0]


def test_the_way_back_after_publishing_leads_to_a_blank_page(scene: Scene, author: Person):
    write(author, scene, title="Sent once", body="Once.")
    author.press("Publish")
    assert published(author) == "Once."

    author.page.go_back()

    is_ready(author)
    expect(text(author)).to_have_value("")
    expect(drafts(author)).to_have_count(0)


@pytest.mark.parametrize("kind", ["page", "json", "redirect"])
def test_an_answer_that_is_not_the_sites_keeps_the_text(scene: Scene, author: Person, kind: str):
    write(author, scene, title=f"Behind a {kind}", body="Kept.")
    answers = {
        "page": {"status": 200, "content_type": "text/html", "body": "<h1>Back at noon</h1>"},
        "json": {"status": 201, "json": {"status": "maintenance"}},
        "redirect": {"status": 302, "headers": {"Location": "/accounts/login/"}},
    }

    def answer(route: Route) -> None:
        route.fulfill(**answers[kind])  # type: ignore[arg-type]

    address = f"**/groups/{scene.slug}/posts/"
    author.page.route(address, answer)
    author.press("Publish")

    expect(author.page.get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    expect(text(author)).to_have_value("Kept.")
    author.page.unroute(address)
    author.press("Publish")
    assert published(author) == "Kept."


def test_without_a_sealing_key_the_page_says_so_and_keeps_the_text(scene: Scene, author: Person):
    write(author, scene, title="Not sealed", body="Kept.")
    author.page.route("**/sealing-key.json", lambda route: route.fulfill(status=503, json={"errors": {}}))
    author.press("Publish")

    expect(author.page.get_by_text(NO_KEY)).to_be_visible()
    expect(text(author)).to_have_value("Kept.")
    author.page.unroute("**/sealing-key.json")
    author.press("Publish")
    assert published(author) == "Kept."
    author.forgive("status of 503")


def test_what_somebody_elses_session_meets_on_a_page_stays_with_its_author(scene: Scene, person: Enter):
    dora, mallory = person("Dora"), scene.mallory
    dora.sign_up()
    slug = dora.make_group("Divers", joining="Anyone signed in")
    mallory.open(f"/groups/{slug}/")
    mallory.press("Join")
    dora.write(slug, title="Under water", text="Mine alone.")
    expect(dora.page.get_by_text(KEPT)).to_be_visible()
    # Mallory logs in in another tab of Dora's browser.
    dora.context.add_cookies(mallory.context.cookies())  # type: ignore[arg-type]

    dora.press("Publish")

    expect(dora.page.get_by_text("Not sent: somebody else is logged in")).to_be_visible()
    expect(text(dora)).to_have_value("Mine alone.")
    mallory.open(f"/groups/{slug}/")
    expect(mallory.page.get_by_role("link", name="Under water", exact=True)).to_have_count(0)
    # Her page of the same browser knows nothing of it; Dora's does, when she is back.
    hers = dora.context.new_page()
    hers.goto(f"{dora.url}/groups/{slug}/posts/new/")
    # A browser without her key leads her to the page that adds it, once.
    hers.get_by_role("link", name="Later", exact=True).click()
    expect(hers.locator("post-editor[data-ready]")).to_be_attached()
    expect(hers.locator("[data-draft]")).to_have_count(0)
    hers.close()
    dora.context.clear_cookies()
    dora.log_in()
    dora.open(f"/groups/{slug}/posts/new/")
    expect(text(dora)).to_have_value("Mine alone.")
