"""Every page, as who sees it: no error, no report of the policy, nothing for axe, nothing too wide for a phone."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.archive import Archive
from tests.browser.comments import comment, press, write
from tests.browser.conftest import Enter, Scene
from tests.browser.database import change
from tests.browser.frozen import frozen
from tests.browser.pages import faults_of
from tests.browser.people import Person
from tests.browser.seen import approve, ask, card, reject, waiting
from tests.site import Site

# Everything that a text can hold.
TEXT = """It rained for **eleven days**, and *nobody* went out.

## What I found

### In numbers

| Day | Weight | Remarks | Another column | And one more | And the last |
| --- | ---: | :---: | --- | --- | --- |
| 1 | 31.2 kg | quiet | something to say about it | `code` | nothing |

> A quotation
> of two lines

1. First
   - [x] done
   - [ ] open
2. Second

```
A very long line of code that has to scroll in a box of its own and never makes the whole page scroll sideways.
```

```js
const rain = "eleven days"; // and nights
```

See [this](https://example.org/) and a note[^rain], https://example.org/averylongaddress/withoutanyplacetobreak/whichgoesonandonandonandonandon

---

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftdonaudampfschifffahrt

[^rain]: It *rained*.
"""

ENCRYPTING = """
    UPDATE posts_revision SET state = 'encrypting', key_count = 10000, nonce = '\\x00', ciphertext = '\\x00',
        key_commitment = '\\x00' WHERE id = (SELECT current_id FROM posts_post WHERE uid = %(uid)s)
"""
FAILED = """
    UPDATE posts_revision SET state = 'failed', failure = 'kept-failing', key_count = 0, nonce = NULL,
        ciphertext = NULL, key_commitment = NULL WHERE id = (SELECT current_id FROM posts_post WHERE uid = %(uid)s)
"""


@pytest.fixture(scope="module")
def everything(scene: Scene) -> str:
    """A post with everything that a text can hold."""
    return scene.alice.publish(scene.slug, title="W" * 40 + " and a long title all the same", text=TEXT)


def crawl(person: Person, *starts: str) -> list[str]:
    """Open every page that links lead to, each kind once; the faults of all."""
    kinds: set[str] = set()
    found, waiting = [], list(starts)
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<uid>", path)
        if kind in kinds or path.startswith("/admin/"):
            continue
        kinds.add(kind)
        assert person.open(path) == 200, path
        if person.page.locator("decrypted-post").count():
            expect(person.article).to_have_attribute("data-access", "open")
        found += faults_of(person.page)
        links = person.page.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
        addresses = [urlsplit(link) for link in links if link.startswith(f"{person.url}/")]
        waiting += [address.path for address in addresses if not address.path.startswith("/static/")]
    assert len(kinds) > 3
    return found


def test_every_page_that_a_member_can_reach(scene: Scene, everything: str):
    assert crawl(scene.alice, everything, "/", "/accounts/logout/") == []


def test_every_page_that_a_visitor_can_reach(person: Enter):
    assert crawl(person("Visitor"), "/", "/accounts/password/reset/done/") == []


def test_pages_of_who_reads_less(scene: Scene, person: Enter, everything: str):
    carol, mallory = person("Carol"), scene.mallory
    faults = []
    carol.open("/accounts/signup/")
    carol.page.get_by_label("Email", exact=True).fill("no address")
    carol.page.locator("form.form").evaluate("form => form.noValidate = true")
    carol.press("Sign up")
    faults += faults_of(carol.page)
    carol.sign_up()
    faults += faults_of(carol.page)
    carol.open("/")
    faults += faults_of(carol.page)
    link = scene.alice.invite(scene.slug)
    faults += faults_of(scene.alice.page)
    carol.open(link)
    faults += faults_of(carol.page)
    carol.press("Join")
    carol.open(everything)
    expect(carol.article).to_have_attribute("data-access", "no-key")
    faults += faults_of(carol.page)
    carol.open(f"/groups/{scene.slug}/")
    faults += faults_of(carol.page)
    open_group = scene.alice.make_group("Everybody", joining="Anyone signed in", description="All of us.")
    faults += faults_of(scene.alice.page)
    mallory.open(f"/groups/{open_group}/")
    faults += faults_of(mallory.page)
    mallory.open("/join/nothing/")
    faults += faults_of(mallory.page)
    assert faults == []


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/groups/{slug}/", "Leave"),
        ("/groups/{slug}/members/", "Remove"),
        ("{post}", "Delete post"),
    ],
)
def test_a_dialog_that_asks(scene: Scene, path: str, button: str):
    page = scene.alice.page
    scene.alice.open(path.format(slug=scene.slug, post=scene.post))
    opener = page.get_by_role("main").get_by_role("button", name=button, exact=True).first
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults_of(page) == []
    # Escape closes it, and the focus is where it was.
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_page_to_write_on_with_faults_a_preview_and_the_menu(scene: Scene):
    alice, faults = scene.alice, []
    alice.open(f"/groups/{scene.slug}/posts/new/")
    alice.press("Publish")
    expect(alice.page.get_by_label("Title", exact=True)).to_have_accessible_description("Give it a title.")
    expect(alice.page.get_by_label("Title", exact=True)).to_be_focused()
    faults += faults_of(alice.page)
    alice.page.get_by_label("Title", exact=True).fill("Everything")
    alice.page.get_by_label("Text", exact=True).fill(TEXT)
    alice.press("Preview")
    expect(alice.page.get_by_role("heading", name="What I found", exact=True)).to_be_visible()
    faults += faults_of(alice.page)
    alice.page.get_by_role("button", name="Account", exact=True).click()
    expect(alice.page.get_by_role("button", name="Log out", exact=True)).to_be_visible()
    faults += faults_of(alice.page)
    alice.press("Preview")
    alice.page.get_by_label("Title", exact=True).fill("")
    alice.page.get_by_label("Text", exact=True).fill("")
    assert faults == []


def test_an_edit_its_versions_and_its_comments(scene: Scene):
    alice, page, faults = scene.alice, scene.alice.page, []
    post = alice.publish(scene.slug, title="Said anew", text="It was *windy*.")
    for words in ("It was *calm*.", "It was *foggy*."):
        tab = alice.another_tab(f"{post}edit/")
        expect(tab.page.locator("post-editor[data-ready]")).to_be_attached()
        if words == "It was *calm*.":
            alice.open(f"{post}edit/")
            expect(page.locator("post-editor[data-ready]")).to_be_attached()
            faults += faults_of(page)
        tab.page.get_by_label("Text", exact=True).fill(words)
        tab.press("Save")
        expect(tab.article).not_to_have_attribute("data-revision", "1")
        tab.page.close()
    # A second save, which is shown what came first.
    page.get_by_label("Text", exact=True).fill("It was *cold*.")
    alice.press("Save")
    expect(page.locator("[data-other]")).to_be_visible()
    faults += faults_of(page)
    alice.press("Discard")
    page.locator("#discard [type=submit]").click()
    alice.open(f"{post}versions/?version=1")
    expect(page.locator("post-version[data-ready]")).to_be_attached()
    expect(alice.body).to_have_text("It was windy.")
    faults += faults_of(page)
    alice.press("Compare")
    expect(page.locator("post-version del").first).to_be_visible()
    faults += faults_of(page)
    alice.press("Restore")
    faults += faults_of(page)

    alice.read(post)
    for words in ("First.", "Second."):
        write(alice, words)
        expect(comment(alice, words)).to_be_visible()
    press(comment(alice, "First."), "Edit comment")
    press(comment(alice, "Second."), "Reply")
    press(comment(alice, "Second."), "Send reply")
    expect(page.get_by_text("Write something first.", exact=True)).to_be_visible()
    faults += faults_of(page)
    press(comment(alice, "Second."), "Delete comment")
    expect(page.get_by_role("dialog")).to_be_visible()
    faults += faults_of(page)
    assert faults == []


def test_a_post_on_its_way_and_a_failed_one(site: Site, scene: Scene):
    alice, page, faults = scene.alice, scene.alice.page, []
    alice.write(scene.slug, title="Stays on its way", text="Not yet.")
    with frozen(site, "worker"):
        alice.press("Publish")
        expect(alice.article).to_have_attribute("data-state", "queued")
        expect(page.get_by_text("Waiting to be encrypted")).to_be_visible()
        faults += faults_of(page)
        uid = alice.path.split("/")[2]
        assert change(site.database_url, ENCRYPTING, uid=uid) == 1
        page.reload()
        expect(page.get_by_text("Encrypting for 10,000 of 10,000 keys")).to_be_visible()
        faults += faults_of(page)
        assert change(site.database_url, FAILED, uid=uid) == 1
        page.reload()
        expect(page.get_by_text("Not published")).to_be_visible()
        faults += faults_of(page)
        alice.press("Try again")
        expect(alice.article).to_have_attribute("data-state", "queued")
    expect(alice.article).to_have_attribute("data-state", "published")
    expect(alice.body).to_have_text("Not yet.")
    assert faults == []


@pytest.fixture
def wide_names(site: Site, archive: Archive) -> Iterator[None]:
    """Everybody, every group and every post has a name that ends with so many W that it has fifty letters."""
    columns = {"accounts_user": "name", "groups_group": "name", "posts_revision": "title"}
    for table, column in columns.items():
        change(site.database_url, f"UPDATE {table} SET {column} = rpad({column}, 50, 'W')")  # noqa: S608
    yield
    for table, column in columns.items():
        change(site.database_url, f"UPDATE {table} SET {column} = rtrim({column}, 'W')")  # noqa: S608


@pytest.mark.usefixtures("wide_names")
def test_names_of_fifty_wide_letters_fit_at_400_percent(archive: Archive):
    alice, carol, mallory, group = archive.alice, archive.carol, archive.mallory, f"/groups/{archive.slug}/"
    ask(carol, archive.posts[0], message="W" * 200)
    faults = []
    for person, paths in (
        (alice, ("/", "/groups/", "/requests/", "/keys/", archive.posts[0], archive.others[0])),
        (alice, (group, f"{group}members/", f"{group}edit/", f"{group}posts/new/")),
        (carol, ("/requests/", group, archive.posts[0])),
        (mallory, (urlsplit(archive.link).path,)),
    ):
        for path in paths:
            person.open(path)
            faults += faults_of(person.page)
    assert faults == []


def test_a_printed_page_has_dates(scene: Scene):
    page = scene.alice.page
    scene.alice.open(scene.post)
    when = page.locator(".post__header relative-time time")
    expect(when).to_have_text(re.compile("now|ago"))
    day = when.get_attribute("title") or ""
    assert re.fullmatch(r"\d\d?\s[A-Z][a-z]+\s\d{4}", day)

    page.emulate_media(media="print")

    shown = when.evaluate("(time) => [time.innerText, getComputedStyle(time, '::after').content]")
    page.emulate_media(media="screen")
    assert shown == ["", f'"{day}"']
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when.get_attribute("datetime") or "")


def test_pages_that_say_no(site: Site, scene: Scene, everybody: list[Person]):
    alice, page, faults = scene.alice, scene.alice.page, []
    assert alice.open("/nothing/") == 404
    faults += faults_of(page)
    assert alice.open("/join/%00/") == 404
    # A form that has become too old.
    alice.open("/groups/new/")
    page.get_by_label("Name", exact=True).fill("Too late")
    page.locator("main > form [name=csrfmiddlewaretoken]").evaluate(
        "token => { token.value = token.value.slice(0, 32); }"
    )
    alice.press("Create group")
    expect(page.get_by_role("heading", name="That was not sent")).to_be_visible()
    faults += faults_of(page)
    change(site.database_url, "ALTER TABLE groups_group RENAME TO elsewhere")
    try:
        assert alice.open("/groups/") == 500
        faults += faults_of(page)
    finally:
        change(site.database_url, "ALTER TABLE elsewhere RENAME TO groups_group")
    # Any page that is open may have met that.
    for each in everybody:
        each.forgive("status of 500")
    alice.faults.clear()
    assert faults == []


def test_every_state_of_a_read_request(archive: Archive):
    alice, carol, erin, faults = archive.alice, archive.carol, archive.erin, []
    alice.open("/requests/")
    faults += faults_of(alice.page)
    carol.open(archive.posts[0])
    carol.page.get_by_text("With a message", exact=True).click()
    faults += faults_of(carol.page)
    of_carol, of_erin = ask(carol, archive.posts[0], message="I was ill."), ask(erin, archive.posts[0])
    ask(carol.another_tab("/keys/"), archive.posts[1])
    faults += faults_of(carol.page)

    expect(waiting(alice)).to_have_count(3)
    card(alice, of_carol).get_by_text("Fingerprint of the key", exact=True).click()
    card(alice, of_carol).get_by_label("Select", exact=True).check()
    faults += faults_of(alice.page)
    card(alice, of_carol).get_by_role("button", name="Don't ask me again", exact=True).click()
    faults += faults_of(alice.page)
    alice.press("Cancel")
    reject(alice, of_erin, reason="Not this one.")
    approve(alice, of_carol)
    expect(waiting(alice)).to_have_count(1)
    faults += faults_of(alice.page)

    for person in (carol, erin):
        expect(person.article).not_to_have_attribute("data-request-state", "pending")
        faults += faults_of(person.page)
        person.open("/requests/")
        faults += faults_of(person.page)
    alice.open(archive.posts[0])
    alice.press("Withdraw grant")
    faults += faults_of(alice.page)
    alice.press("Cancel")
    alice.open(f"{archive.posts[0]}grants/")
    faults += faults_of(alice.page)
    alice.open("/requests/")
    alice.press("Don't ask me again")
    alice.press("Don't ask me again")
    alice.open("/requests/preferences/")
    expect(alice.page.get_by_role("button", name="Let them ask again", exact=True)).to_be_visible()
    faults += faults_of(alice.page)
    assert faults == []
