"""What people do with comments in their browsers, and comments made past every page."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import psycopg
from playwright.sync_api import Locator, expect

from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.comments import Place, seal_comment
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from secureblogs.crypto.wrapping import load_private_key
from tests.browser.people import Person
from tests.site import Site


def section(person: Person) -> Locator:
    return person.page.get_by_test_id("comments")


def comment(person: Person, text: str) -> Locator:
    """The comment that says this, in somebody's open page."""
    said = person.page.locator("[data-comment-text]").filter(has_text=text)
    return person.page.locator("[data-comment]").filter(has=said)


def write(person: Person, text: str) -> None:
    person.page.get_by_label("Write a comment", exact=True).fill(text)
    section(person).get_by_role("button", name="Comment", exact=True).click()


def press(row: Locator, name: str) -> None:
    row.get_by_role("button", name=name, exact=True).click()


@dataclass(frozen=True)
class Talk:
    """What a reader's browser knows of a post's comments, in the hands of a test."""

    site: Site
    post: uuid.UUID
    group: uuid.UUID
    thread: bytes

    def place(self, author: Person, *, parent: uuid.UUID | None = None) -> Place:
        return Place(self.post, self.group, uuid.uuid4(), uuid.UUID(author.uid), 1, parent)

    def store(self, bodies: Sequence[str], *, key: AccountKey, place: Place) -> list[uuid.UUID]:
        """Comments with these texts, sealed and signed with this key, in the database."""
        places = [replace(place, comment=uuid.uuid4()) for _ in bodies]
        rows = []
        for body, each in zip(bodies, places, strict=True):
            sealed = seal_comment(body, place=each, thread=self.thread, account_key=key)
            rows.append({**asdict(sealed), "uid": each.comment, "post": each.post, "author": each.author})
        with psycopg.connect(self.site.database_url) as connection:
            connection.cursor().executemany(
                "INSERT INTO posts_comment (uid, post_id, author_id, revision, nonce, ciphertext, key_commitment)"
                " SELECT %(uid)s, post.id, author.id, 1, %(nonce)s, %(ciphertext)s, %(key_commitment)s"
                " FROM posts_post AS post, accounts_user AS author"
                " WHERE post.uid = %(post)s AND author.uid = %(author)s",
                rows,
            )
        return [each.comment for each in places]


def talk_of(site: Site, reader: Person, path: str) -> Talk:
    """The secret of a post's comments, as a reader's key opens it."""
    envelope = read_envelope(reader.context.request.get(f"{site.url}{path}envelope.json").body())
    document = open_envelope(envelope, load_private_key(reader.export_key())).document
    assert document.thread is not None
    reader.read(path)
    expect(section(reader)).to_be_visible()
    return Talk(site, envelope.post, envelope.group, document.thread)
