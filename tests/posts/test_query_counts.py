"""Pages ask the database as often for many rows as for one, and lists never read what is sealed."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.domain import members
from groups.models import Group
from posts.models import Post
from tests.cast import Person, make_person
from tests.pages import signed_in
from tests.posts.views.test_groups import write_many

# The session, the person, how many requests wait for them and what they have to know of their key, in every page.
SIGNED_IN = 4


def queries(person: Person, address: str) -> list[str]:
    client = signed_in(person)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def add_members(group: Group, count: int, *, with_key: bool) -> None:
    for _ in range(count):
        members.join(group, user=make_person(uuid.uuid4().hex[:8], with_key=with_key).user)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        # posts, keys, groups
        ("/", 3),
        # membership and group, posts; what waits is counted together with members, keys, and what could be asked for
        ("/groups/walkers/", 2),
    ],
)
def test_a_list_asks_as_often_for_thirty_posts_as_for_one(alice, bob, group, post, address, own):
    assert len(queries(bob, address)) == SIGNED_IN + own

    write_many(alice, group, 29)

    assert len(queries(bob, address)) == SIGNED_IN + own


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_later_page_asks_once_more_where_it_begins(alice, bob, group, place):
    write_many(alice, group, 60)
    anchor = Post.objects.order_by("submitted_at", "pk")[30]

    assert len(queries(bob, f"/groups/walkers/?{place}={anchor.uid}")) == SIGNED_IN + 3


@pytest.mark.parametrize("address", ["/", "/groups/walkers/"])
def test_a_list_never_reads_what_is_sealed(bob, group, post, address):
    assert any("ciphertext" in sql for sql in queries(bob, f"/posts/{post.uid}/"))

    for sql in queries(bob, address):
        for column in ("ciphertext", "nonce", "key_commitment", "waiting_key", 'wrapped_key"'):
            assert column not in sql


def test_a_post_asks_as_often_with_thirty_readers_as_with_two(alice, bob, group):
    # the post, wrapped keys, readers
    assert len(queries(bob, f"/posts/{alice.publish(group).uid}/")) == SIGNED_IN + 3

    add_members(group, 28, with_key=True)

    assert len(queries(bob, f"/posts/{alice.publish(group).uid}/")) == SIGNED_IN + 3


def test_the_page_to_write_on_asks_as_often_with_thirty_members_as_with_two(bob, group):
    # the group, readers, who has no key, own keys
    assert len(queries(bob, "/groups/walkers/posts/new/")) == SIGNED_IN + 4

    add_members(group, 14, with_key=True)
    add_members(group, 14, with_key=False)

    assert len(queries(bob, "/groups/walkers/posts/new/")) == SIGNED_IN + 4


def test_an_envelope_reads_no_more_than_it_needs(alice, bob, post):
    # the session, the person, the post, wrapped keys
    found = queries(bob, f"/posts/{post.uid}/envelope.json")

    assert len(found) == 4
    assert not any("waiting_key" in sql for sql in found)
