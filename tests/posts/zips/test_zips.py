"""What browsers make a zip of: all that the person sees listed, with what they can read told from what they can't."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.domain import groups, members
from posts.zips import listing
from tests.cast import Person
from tests.pages import signed_in
from tests.posts.comments.writing import comment_by

ALL, OF_GROUP = "/download/posts.json", "/groups/walkers/download/posts.json"


def listed(person: Person, address: str = ALL) -> dict[str, bool]:
    rows = signed_in(person).get(address).json()["posts"]
    return {row["post"]: row["is_readable"] for row in rows}


def test_everybody_is_told_what_they_can_read_and_what_not(alice, bob, carol, mallory, group, post):
    members.join(group, user=carol.user)
    later, own = alice.publish(group, title="Carol was there"), alice.submit(group, title="Not out yet")
    elsewhere = alice.publish(groups.create("Elsewhere", owner=alice.user), title="Of another group")
    seen, new, waiting, other = (str(each.uid) for each in (post, later, own, elsewhere))

    assert listed(alice, OF_GROUP) == {waiting: False, new: True, seen: True}
    assert listed(alice) == {other: True} | listed(alice, OF_GROUP)
    assert listed(bob) == listed(bob, OF_GROUP) == {new: True, seen: True}
    # She sees the first one in lists, and can't read it.
    assert listed(carol) == {new: True, seen: False}
    assert listed(mallory) == {}
    assert [signed_in(mallory).get(each).status_code for each in (OF_GROUP, "/groups/walkers/download/")] == [
        404,
        404,
    ]


def test_a_row_names_the_place_of_a_post_and_nothing_that_is_sealed(alice, bob, group, post):
    comment_by(alice, post)
    (row,) = signed_in(bob).get(OF_GROUP).json()["posts"]

    assert row == {
        "post": str(post.uid),
        "title": post.title,
        "state": "published",
        "at": post.submitted_at.isoformat(),
        "published": post.current.published_at.isoformat(),
        "comments": 1,
        "group": {"uid": str(group.uid), "slug": group.slug, "name": group.name},
        "author": {"uid": str(post.author.uid), "name": "Alice"},
        "is_readable": True,
    }


def test_the_list_comes_page_by_page_in_as_many_queries_for_many_posts(alice, bob, group, post, monkeypatch):
    def queries(query: str = "") -> int:
        browser = signed_in(bob)
        with CaptureQueriesContext(connection) as captured:
            browser.get(ALL + query)
        return len(captured)

    few = queries()
    later = [alice.publish(group, title=f"Later {number}") for number in range(3)]
    assert queries() == few

    monkeypatch.setattr(listing, "MOST_LISTED", 3)
    first = signed_in(bob).get(ALL).json()
    assert [row["post"] for row in first["posts"]] == [str(each.uid) for each in reversed(later)]
    last = signed_in(bob).get(ALL + first["next"]).json()
    assert ([row["post"] for row in last["posts"]], last["next"]) == ([str(post.uid)], "")
