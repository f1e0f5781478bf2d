"""What somebody types is kept under a key that is on the site: fetched once, and then needed no more."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.database import value_of
from tests.browser.people import Person
from tests.site import Site

KEPT = "Draft kept in this browser, encrypted."
NOT_YET = "Not kept in this browser yet: the key to your drafts can't be fetched from the site."
CLOSED = "What you left unsent in this browser is still here."
OBJECTS = (
    "SELECT count(*) FROM accounts_storeobject AS object JOIN accounts_user AS owner ON owner.id = user_id"
    " WHERE owner.email = %(email)s AND object.name LIKE 'local/%%'"
)
# The drafts of this browser: the name of the key that each lies under, null for the one beside them, and its bytes.
DRAFTS = """async () => {
  const answer = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await answer(indexedDB.open(`secureblogs-${document.body.dataset.user}`));
  const records = await answer(database.transaction("drafts").objectStore("drafts").getAll());
  database.close();
  return records.filter(({ slot }) => slot.startsWith("draft/"))
    .map(({ under, sealed }) => [under && under.split("/")[0], sealed.join()]);
}"""


def author(person: Enter, *, has_key: bool = True) -> tuple[Person, str]:
    """Dora, with a group, and the path of its page to write on."""
    dora = person("Dora")
    if has_key:
        dora.arrive()
    else:
        dora.has_account()
    return dora, f"/groups/{dora.has_group('Drafts')}/posts/new/"


def write_page(person: Person, path: str) -> None:
    person.open(path)
    expect(person.page.locator("post-editor[data-ready]")).to_be_attached()


def another_page(person: Person, path: str) -> None:
    """The page to write on in a tab that had no text before; what the others had is closed with them."""
    person.page.close()
    person.page = person.context.new_page()
    write_page(person, path)


def under(page: Page) -> list[str | None]:
    return [name for name, _ in page.evaluate(DRAFTS)]


def type_in(page: Page, text: str) -> None:
    # In one piece: of a slow typist the browser keeps half a text, too.
    page.get_by_label("Text", exact=True).fill(text)


def abort(route: Route) -> None:
    route.abort()


def test_a_draft_is_kept_by_a_key_that_the_site_has_and_goes_with_the_browser(person: Enter, site: Site):
    dora, path = author(person)
    write_page(dora, path)
    type_in(dora.page, "Under the key")
    expect(dora.page.get_by_text(KEPT)).to_be_visible()
    assert under(dora.page) == ["local"]
    assert value_of(site.database_url, OBJECTS, email=dora.email) == 1

    # The page needs the site no more: the key is in memory.
    dora.page.route("**/keys/**", abort)
    before = dora.page.evaluate(DRAFTS)
    type_in(dora.page, "Under the key, and more")
    while dora.page.evaluate(DRAFTS) == before:
        dora.page.wait_for_timeout(50)
    expect(dora.page.get_by_text(KEPT)).to_be_visible()
    dora.page.unroute("**/keys/**", abort)
    dora.forgive("ERR_FAILED")
    another_page(dora, path)
    dora.page.locator("[data-draft] a").click()
    expect(dora.page.get_by_label("Text", exact=True)).to_have_value("Under the key, and more")

    dora.open("/keys/")
    expect(dora.page.locator("[data-device][data-this]")).to_be_visible()
    dora.open("/accounts/logout/")
    dora.press("Log out and forget this browser")
    expect(dora.page.locator("body:not([data-user])")).to_be_attached()
    assert value_of(site.database_url, OBJECTS, email=dora.email) == 0


def test_while_the_key_cannot_be_fetched_the_page_says_so_keeps_the_text_and_tries_again(person: Enter):
    dora, path = author(person)
    dora.page.route("**/keys/store/**", abort)
    write_page(dora, path)

    type_in(dora.page, "Not on the disk")

    expect(dora.page.get_by_text(NOT_YET)).to_be_visible()
    assert under(dora.page) == []
    expect(dora.page.get_by_label("Text", exact=True)).to_have_value("Not on the disk")
    dora.page.unroute("**/keys/store/**", abort)
    # By itself, ten seconds after it last tried.
    expect(dora.page.get_by_text(KEPT)).to_be_visible(timeout=60_000)
    assert under(dora.page) == ["local"]
    dora.forgive("ERR_FAILED")


def test_drafts_whose_key_cannot_be_fetched_are_said_to_be_there(person: Enter):
    dora, path = author(person)
    write_page(dora, path)
    type_in(dora.page, "Still here")
    expect(dora.page.get_by_text(KEPT)).to_be_visible()

    dora.context.route("**/keys/store/**", abort)
    another_page(dora, path)
    expect(dora.page.get_by_text(CLOSED)).to_be_visible()
    dora.context.unroute("**/keys/store/**", abort)
    write_page(dora, path)

    dora.page.locator("[data-draft] a").click()
    expect(dora.page.get_by_label("Text", exact=True)).to_have_value("Still here")
    dora.forgive("ERR_FAILED")


def test_what_was_typed_before_there_was_an_account_key_is_moved_under_it(person: Enter):
    dora, path = author(person, has_key=False)
    write_page(dora, path)
    type_in(dora.page, "From before")
    expect(dora.page.get_by_text(KEPT)).to_be_visible()
    assert under(dora.page) == [None]

    dora.open("/keys/welcome/")
    expect(dora.page.locator("[data-key-state=ready]")).to_be_visible()
    another_page(dora, path)

    assert under(dora.page) == ["local"]
    dora.page.locator("[data-draft] a").click()
    expect(dora.page.get_by_label("Text", exact=True)).to_have_value("From before")
