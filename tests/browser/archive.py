"""A group with a past: two authors, what they wrote, three people who joined after that, and Mallory outside."""

from dataclasses import dataclass

from tests.browser.database import change
from tests.browser.people import Person
from tests.site import Site

# Titles and texts, the oldest first.
ALICE_WROTE = [
    ("First winter", "Snow up to the *windows*."),
    ("Second winter", "Rain on ice."),
    ("Third winter", "No winter at all."),
]
DAVE_WROTE = [("On foot to the sea", "Nine days, and *one* bridge.")]

GROUP = "(SELECT id FROM groups_group WHERE slug = %(slug)s)"
POSTS = f"(SELECT id FROM posts_post WHERE group_id = {GROUP})"  # noqa: S608
REVISIONS = f"(SELECT id FROM posts_revision WHERE post_id IN {POSTS})"  # noqa: S608
ASKED = f"(SELECT id FROM posts_readrequest WHERE post_id IN {POSTS})"  # noqa: S608
FORGET = [
    f"DELETE FROM posts_readrequest_public_keys WHERE readrequest_id IN {ASKED}",  # noqa: S608
    f"DELETE FROM posts_readrequest WHERE id IN {ASKED}",  # noqa: S608
    f"DELETE FROM posts_postkey WHERE granted_at IS NOT NULL AND revision_id IN {REVISIONS}",  # noqa: S608
    f"DELETE FROM posts_mute WHERE author_id IN (SELECT author_id FROM posts_post WHERE id IN {POSTS})",  # noqa: S608
]


@dataclass
class Archive:
    """Everybody has a key in their browser; `posts` are paths of Alice's, `others` of Dave's, `link` lets people in."""

    site: Site
    alice: Person
    dave: Person
    carol: Person
    erin: Person
    frank: Person
    mallory: Person
    slug: str
    link: str
    posts: list[str]
    others: list[str]

    def forget(self) -> None:
        """Nobody has asked, been answered or been muted; every page is left, every other tab closed."""
        for person in (self.alice, self.dave, self.carol, self.erin, self.frank, self.mallory):
            for page in person.context.pages:
                if page is not person.page:
                    page.close()
            person.page.goto("about:blank")
            person.heard.clear()
        for statement in FORGET:
            change(self.site.database_url, statement, slug=self.slug)


def gather(
    site: Site, alice: Person, dave: Person, carol: Person, erin: Person, frank: Person, mallory: Person
) -> Archive:
    """Let them arrive, write and join, in that order."""
    for person in (alice, dave, carol, erin, frank, mallory):
        person.arrive()
    slug = alice.has_group("Old days")
    link = alice.has_link(slug)
    dave.has_joined(link)
    posts = [alice.publish(slug, title=title, text=text) for title, text in ALICE_WROTE]
    others = [dave.publish(slug, title=title, text=text) for title, text in DAVE_WROTE]
    for late in (carol, erin, frank):
        late.has_joined(link)
    return Archive(site, alice, dave, carol, erin, frank, mallory, slug, link, posts, others)
