"""A post on its way to a large group: what its author sees, and who reads it already."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from playwright.sync_api import expect

from tests.browser.database import change
from tests.site import Site

# Two full batches of keys, and a part of a third.
MEMBERS = 1_200
# Everybody else has a copy of the author's key: nobody looks whether they can read.
ENLARGE = """
    WITH person AS (
        INSERT INTO accounts_user (
               uid, session_seed, name, email, password, is_active, is_staff, is_superuser, date_joined)
        SELECT gen_random_uuid(), gen_random_uuid(), 'Member', %(slug)s || n || '@example.org', '!',
               true, false, false, now()
          FROM generate_series(1, %(number)s) AS n RETURNING id
    ), membership AS (
        INSERT INTO groups_membership (group_id, user_id, role)
        SELECT blog.id, person.id, 'member' FROM groups_group AS blog, person WHERE slug = %(slug)s
    )
    INSERT INTO accounts_publickey (user_id, kind, label, algorithm, der, fingerprint, created_at)
    SELECT person.id, 'own', '', key.algorithm, key.der, key.fingerprint, now()
      FROM person, accounts_publickey AS key JOIN accounts_user AS author ON author.id = key.user_id
     WHERE author.email = %(author)s
"""
NEWEST_KEY = "SELECT id FROM accounts_publickey ORDER BY id DESC LIMIT 1 FOR UPDATE"


def test_the_author_sees_true_progress_and_members_of_early_batches_read_meanwhile(site, person):
    alice, bob = person("Alice"), person("Bob")
    alice.arrive()
    bob.arrive()
    slug = alice.has_group("Many")
    bob.has_joined(alice.has_link(slug))
    change(site.database_url, ENLARGE, slug=slug, number=MEMBERS - 2, author=alice.email)

    with last_batch_held_up(site):
        alice.write(slug, title="To all", text="As soon as *possible*.")
        alice.press("Publish")

        expect(alice.article).to_have_attribute("data-state", "encrypting")
        expect(alice.page.locator("post-progress p")).to_have_text("Encrypting for 1,000 of 1,200 keys")
        expect(alice.page.locator("post-progress progress")).to_have_js_property("value", 1_000)
        expect(bob.read(alice.path)).to_have_text("As soon as possible.")
        expect(bob.article).to_have_attribute("data-state", "encrypting")

    expect(alice.article).to_have_attribute("data-state", "published")
    expect(alice.page.get_by_text("Encrypted for 1,200 members. Only they can open it.")).to_be_visible()


@contextmanager
def last_batch_held_up(site: Site) -> Iterator[None]:
    """Hold the newest key of all: a worker that wraps for it has to wait until this ends."""
    with psycopg.connect(site.database_url) as connection:
        connection.execute(NEWEST_KEY)
        yield
