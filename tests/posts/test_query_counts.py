"""Pages ask the database as often for many rows as for one, and lists never read what is sealed."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.domain import groups, members
from groups.models import Group
from posts.models import Post
from tests.cast import Person, make_person
from tests.pages import signed_in
from tests.posts.comments.writing import comment_by
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
    # the post, those beside it, wrapped keys, keys of the author, readers
    assert len(queries(bob, f"/posts/{alice.publish(group).uid}/")) == SIGNED_IN + 5

    add_members(group, 28, with_key=True)

    assert len(queries(bob, f"/posts/{alice.publish(group).uid}/")) == SIGNED_IN + 5


def test_the_page_to_write_on_asks_as_often_with_thirty_members_as_with_two(bob, group):
    # the group, readers, who has no key, own keys, posts of the day
    assert len(queries(bob, "/groups/walkers/posts/new/")) == SIGNED_IN + 7

    add_members(group, 14, with_key=True)
    add_members(group, 14, with_key=False)

    assert len(queries(bob, "/groups/walkers/posts/new/")) == SIGNED_IN + 7


@pytest.mark.parametrize(
    "address",
    [
        "/write/",
        "/drafts/",
        "/search/",
        "/download/",
        "/groups/walkers/download/",
        "/posts/{post}/comments/",
        "/posts/{post}/versions/",
        "/posts/{post}/edit/",
    ],
)
def test_other_pages_of_writing_and_reading_ask_as_often_for_many_rows_as_for_one(
    alice, bob, group, post, address
):
    address = address.format(post=post.uid)
    comment_by(bob, post)
    # Of two groups one is chosen, as of many.
    groups.create("Another", owner=alice.user)
    few = len(queries(alice, address))

    write_many(alice, group, 9)
    for number in range(9):
        groups.create(f"Group {number}", owner=alice.user)
        answered = comment_by(bob, post)
        comment_by(alice, post, parent=answered)
    add_members(group, 9, with_key=True)

    assert len(queries(alice, address)) == few


def test_an_envelope_reads_no_more_than_it_needs(alice, bob, post):
    # the session, the person, the post, wrapped keys, keys of the author
    found = queries(bob, f"/posts/{post.uid}/envelope.json")

    assert len(found) == 5
    assert not any("waiting_key" in sql for sql in found)
