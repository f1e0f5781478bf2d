"""What ends something ends it in every open page, at once and without a reload."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browsers import has_own_key
from tests.browser.manage import manage
from tests.browser.people import Person, enter
from tests.browser.seen import ask, card, rows, sees_waiting, waiting
from tests.site import Site

OLD, NEW = "Written before she came.", "Written since."
NOT_A_MEMBER = "You no longer belong to this group"
DELETED = "This post was deleted"


@dataclass
class Stage:
    """Alice's group; Carol came after the old post, and reads the new one."""

    alice: Person
    carol: Person
    slug: str
    old: str
    new: str

    def tabs(self, person: Person, *addresses: str) -> list[Person]:
        """More tabs of the same browser, connected."""
        return [person.another_tab(address) for address in addresses]


@pytest.fixture(scope="module")
def people(site: Site, browser: Browser, everybody: list[Person]) -> Iterator[tuple[Person, Person]]:
    alice, carol = enter(browser, site.url, "Alice"), enter(browser, site.url, "Carol")
    everybody += [alice, carol]
    for each in (alice, carol):
        each.arrive()
    yield alice, carol
    for each in (alice, carol):
        each.context.close()


@pytest.fixture
def stage(people: tuple[Person, Person]) -> Iterator[Stage]:
    alice, carol = people
    slug = alice.has_group("Rowers")
    old = alice.publish(slug, title="Old", text=OLD)
    carol.has_joined(alice.has_link(slug))
    new = alice.publish(slug, title="New", text=NEW)
    yield Stage(alice, carol, slug, old, new)
    for person in people:
        for page in person.context.pages[1:]:
            page.close()


def closed(person: Person, heading: str) -> None:
    """The page shows nothing of what it showed, says why, and is named after that."""
    expect(person.page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(person.page.get_by_test_id("post-body")).to_have_count(0)
    expect(person.page.locator("main article, main form")).to_have_count(0)
    expect(person.page).to_have_title(re.compile(rf"^(\(\d+\) )?{heading} · SecureBlogs$"))
    expect(person.page.locator("#announcer")).to_contain_text(heading)


def reading(person: Person, text: str) -> None:
    expect(person.article).to_have_attribute("data-access", "open")
    expect(person.body).to_have_text(text)


def test_who_is_removed_loses_every_open_page_and_the_author_their_card(stage):
    alice, carol = stage.alice, stage.carol
    group, members = f"/groups/{stage.slug}/", f"/groups/{stage.slug}/members/"
    waits = ask(carol, stage.old)
    read, listed, belongs, mine, home = stage.tabs(carol, stage.new, group, members, "/requests/", "/")
    reading(read, NEW)
    expect(rows(mine, "What you asked")).to_have_count(1)
    expect(home.page.locator(f'a[href="/groups/{stage.slug}/"]')).to_have_count(2)
    to_answer, granted = stage.tabs(alice, "/requests/", stage.new)
    expect(waiting(to_answer)).to_have_count(1)
    sees_waiting(granted, 1)

    alice.open(members)
    alice.press("Remove")
    alice.press("Remove")

    for page in (carol, read, listed, belongs):
        closed(page, NOT_A_MEMBER)
    expect(rows(mine, "What you asked")).to_have_count(0)
    expect(home.page.locator(f'a[href="/groups/{stage.slug}/"]')).to_have_count(0)
    expect(waiting(to_answer)).to_have_count(0)
    expect(card(to_answer, waits)).to_have_count(0)
    for page in (to_answer, granted):
        sees_waiting(page, 0)


def test_an_author_who_leaves_closes_what_they_read_and_what_they_were_asked(stage):
    alice, carol = stage.alice, stage.carol
    slug = carol.has_group("Sailors")
    alice.has_joined(carol.has_link(slug))
    by_carol = carol.publish(slug, title="At sea", text="Fog.")
    alice.stay(f"/groups/{slug}/")
    # Alice comes again, and so after the post.
    alice.press("Leave")
    alice.press("Leave")
    alice.has_joined(carol.has_link(slug))
    waits = ask(alice, by_carol)
    carol.stay(by_carol)
    (to_answer,) = stage.tabs(carol, "/requests/")
    expect(card(to_answer, waits)).to_be_visible()
    reading(carol, "Fog.")

    carol.open(f"/groups/{slug}/members/")
    carol.press("Make owner")
    expect(carol.page.get_by_role("row", name=re.compile("Alice"))).to_contain_text("Owner")
    (read,) = stage.tabs(carol, by_carol)
    reading(read, "Fog.")
    carol.open(f"/groups/{slug}/")
    carol.press("Leave")
    carol.press("Leave")

    closed(read, NOT_A_MEMBER)
    expect(waiting(to_answer)).to_have_count(0)
    sees_waiting(to_answer, 0)
    expect(
        alice.page.get_by_text("Its author has left the group, so nobody can let you read it.")
    ).to_be_visible()


def test_a_deleted_post_is_gone_from_every_open_page(stage):
    alice, carol = stage.alice, stage.carol
    ask(carol, stage.old)
    read, listed, home, mine = stage.tabs(carol, stage.new, f"/groups/{stage.slug}/", "/", "/requests/")
    reading(read, NEW)
    expect(listed.page.locator("[data-readable]")).to_have_count(2)
    own, to_answer = stage.tabs(alice, stage.old, "/requests/")
    reading(own, OLD)
    expect(waiting(to_answer)).to_have_count(1)

    for post in (stage.old, stage.new):
        alice.open(post)
        alice.press("Delete post")
        alice.press("Delete post")
        expect(alice.page.get_by_text("is deleted.")).to_be_visible()

    for page in (carol, read, own):
        closed(page, DELETED)
    expect(listed.page.locator("[data-readable]")).to_have_count(0)
    expect(home.page.locator(f'a[href="/groups/{stage.slug}/"]')).to_have_count(0)
    expect(rows(mine, "What you asked")).to_have_count(0)
    expect(waiting(to_answer)).to_have_count(0)
    sees_waiting(to_answer, 0)


def test_a_revoked_key_closes_what_it_opened_and_what_was_asked_for_it(stage, person):
    alice, dora = stage.alice, person("Dora")
    dora.has_account()
    has_own_key(dora, of=dora)
    dora.has_joined(alice.has_link(stage.slug))
    new = alice.publish(stage.slug, title="Newest", text=NEW)
    ask(dora, stage.old)
    read, listed, keys, mine = stage.tabs(dora, new, f"/groups/{stage.slug}/", "/keys/", "/requests/")
    reading(read, NEW)
    (to_answer,) = stage.tabs(alice, "/requests/")
    expect(waiting(to_answer)).to_have_count(1)

    revoking = dora.another_tab("/groups/")
    revoking.open_own_keys()
    revoking.press("Revoke")
    revoking.press("Revoke")

    expect(read.article).to_have_attribute("data-access", "no-key")
    expect(read.page.get_by_text(NEW)).to_have_count(0)
    expect(read.page.get_by_text("You have no key.")).to_be_visible()
    expect(dora.article).to_have_attribute("data-request-state", "closed")
    expect(listed.page.locator("[data-readable=no]")).to_have_count(3)
    expect(keys.page.locator("[data-fingerprint].key--revoked")).to_have_count(1)
    expect(rows(mine, "What you asked")).to_have_attribute("data-request-state", "closed")
    expect(waiting(to_answer)).to_have_count(0)
    sees_waiting(to_answer, 0)


def test_a_session_that_ends_takes_the_text_away_with_it(stage):
    carol = stage.carol
    read, listed = stage.tabs(carol, stage.new, f"/groups/{stage.slug}/")
    reading(read, NEW)

    carol.open("/accounts/logout/")
    carol.press("Log out")

    closed(read, "This post is closed")
    for page in (read, listed):
        expect(page.page.locator("connection-line")).to_have_text("You have been logged out. Log in")
    carol.log_in()


def test_a_deleted_account_and_a_deleted_group_close_the_rest(site, stage, browser):
    alice, carol = stage.alice, stage.carol
    erin = enter(browser, site.url, "Erin")
    erin.arrive()
    erin.has_joined(alice.has_link(stage.slug))
    by_erin = erin.publish(stage.slug, title="Hers", text="By Erin.")
    ask(erin, stage.old)
    (own,) = stage.tabs(erin, by_erin)
    reading(own, "By Erin.")
    carol.stay(by_erin)
    reading(carol, "By Erin.")
    (to_answer,) = stage.tabs(alice, "/requests/")
    expect(waiting(to_answer)).to_have_count(1)

    manage(
        site,
        "from accounts.domain import users; from accounts.models import User; "
        f"users.delete(User.objects.get(email='{erin.email}'))",
    )

    for page in (erin, own):
        closed(page, "This post is closed")
    closed(carol, DELETED)
    expect(waiting(to_answer)).to_have_count(0)
    sees_waiting(to_answer, 0)

    carol.stay(stage.new)
    reading(carol, NEW)
    manage(
        site,
        "from groups.domain import groups; from groups.models import Group; "
        f"groups.delete(Group.objects.get(slug='{stage.slug}'))",
    )

    closed(carol, NOT_A_MEMBER)
    erin.context.close()


def test_a_group_that_is_locked_offers_nothing_more_in_open_pages_until_it_is_unlocked(
    site: Site, stage: Stage
):
    group, post = stage.tabs(stage.carol, f"/groups/{stage.slug}/", stage.new)
    offered = [
        group.page.get_by_role("link", name="New post", exact=True),
        post.page.get_by_label("Write a comment"),
    ]
    for each in offered:
        expect(each).to_be_visible()

    for verb, is_offered in (("lock", False), ("unlock", True)):
        change(site, stage.slug, verb)

        for tab, each in zip((group, post), offered, strict=True):
            expect(tab.page.get_by_text("A moderator of this site has locked the group.")).to_be_visible(
                visible=not is_offered
            )
            expect(each).to_be_visible(visible=is_offered)


def change(site: Site, slug: str, verb: str) -> None:
    """What a moderator does with a group."""
    manage(
        site,
        "from groups.domain import groups; from groups.models import Group; "
        f"groups.{verb}(Group.objects.get(slug={slug!r}))",
    )
