"""A group's front page, for members and for who may join."""

import uuid

from django.utils import timezone

from groups.domain import groups, members
from groups.models import Group
from posts.models import Post, Revision, State
from tests.cast import Person, write_rows
from tests.pages import Element, page, signed_in


def open_page(person: Person, group: Group, parameters: str = "") -> Element:
    return page(signed_in(person).get(f"/groups/{group.slug}/{parameters}"))


def titles(document: Element) -> list[str]:
    return [heading.text for heading in document.all("h2", class_="contents__title")]


def links(document: Element) -> set[str]:
    return {link.text for link in document.all("a")}


def write_many(author: Person, group: Group, count: int) -> list[str]:
    """Rows as they are after publishing, the newest first; what they hold does not matter to a list."""
    names = [f"Post {number}" for number in range(count)]
    write_rows(Post(uid=uuid.uuid4(), group=group, author=author.user) for _ in names)
    return names[::-1]


def test_a_member_sees_its_posts_newest_first(alice, bob, group):
    alice.publish(group, title="First")
    bob.publish(group, title="Second")

    document = open_page(bob, group)

    assert titles(document) == ["Second", "First"]
    assert document.one("h1").text == "Walkers"
    assert document.one("title").text == "Walkers · SecureBlogs"


def test_a_row_names_the_author_and_says_when_and_posts_of_other_groups_have_none(bob, group, post):
    bob.publish(groups.create("Readers", owner=bob.user), title="Elsewhere")

    (row,) = open_page(bob, group).all("li", class_="contents__item")

    assert row.one("h2").one("a")["href"] == f"/posts/{post.uid}/"
    assert row.one("p", class_="facts").text == "By Alice"
    assert row.one("time")["datetime"] == f"{post.submitted_at:%Y-%m-%dT%H:%M:%SZ}"


def test_twenty_posts_are_shown_at_a_time(alice, bob, group):
    names = write_many(alice, group, 45)
    client = signed_in(bob)

    pages, address = [], ""
    for _ in range(3):
        document = page(client.get(f"/groups/{group.slug}/{address}"))
        pages.append(titles(document))
        address = next((link["href"] for link in document.all("a", rel="next")), "")

    assert pages == [names[:20], names[20:40], names[40:]]
    assert address == ""


def test_a_page_that_begins_nowhere_is_the_newest(alice, bob, group, post):
    elsewhere = alice.publish(groups.create("Readers", owner=alice.user))

    for place in ("nonsense", "", str(uuid.uuid4()), str(elsewhere.uid), "\x00"):
        for name in ("before", "after"):
            assert titles(open_page(bob, group, f"?{name}={place}")) == ["Hello"]


def test_who_has_no_key_is_told_so_on_top_and_in_every_row(bob, group, post):
    bob.user.public_keys.update(revoked_at=timezone.now())

    document = open_page(bob, group)

    assert [title.text for title in document.all("p", class_="notice__title")] == ["You have no key."]
    assert "Make my key" in [link.text for link in document.all("a")]
    assert document.one("p", class_="contents__access").text == "You have no key to read it with."


def test_only_its_author_sees_a_queued_post_and_its_state(alice, bob, group):
    alice.submit(group)

    document = open_page(alice, group)

    assert titles(document) == ["Hello"]
    assert document.one("li", class_="contents__item")["data-state"] == "queued"
    assert document.one("p", class_="contents__access").text == "Waiting to be encrypted."
    assert titles(open_page(bob, group)) == []


def test_only_its_author_sees_a_failed_post_and_why(alice, bob, group):
    alice.submit(group)
    Revision.objects.update(state=State.FAILED, failure="title-differs")

    assert open_page(alice, group).one("p", class_="contents__access").text == (
        "Not published. The title in the sealed draft is not the title that was sent with it."
    )
    assert titles(open_page(bob, group)) == []


def test_every_member_sees_a_post_that_is_being_encrypted(bob, group, post):
    Revision.objects.update(state=State.ENCRYPTING, published_at=None, key_count=1200)

    document = open_page(bob, group)

    assert titles(document) == ["Hello"]
    assert document.one("p", class_="contents__access").text == "Being encrypted for 1,200 keys."


def test_the_list_follows_what_happens(alice, bob, group, post):
    part = open_page(bob, group).one("live-part", id="posts")

    assert part["data-on"] == (
        "post.published post.revised post.failed post.deleted comment.changed read_request.approved"
        " read_request.rejected read_request.closed key.revoked key:ready"
    )
    assert part["data-group"] == group.slug


def test_an_empty_group_says_what_to_do_next(bob, group):
    document = open_page(bob, group)

    assert document.one("p", class_="empty__title").text == "No posts yet"
    new_post = document.all("a", href=f"/groups/{group.slug}/posts/new/")
    assert [link.text for link in new_post] == ["New post", "Write the first post"]


def test_in_a_locked_group_nothing_invites_to_write_or_to_ask(alice, bob, carol, group, post):
    members.join(group, user=carol.user)
    ask = "Ask for the post that I lack a key for"
    assert ask in open_page(carol, group).buttons
    assert "Edit" in links(page(signed_in(alice).get(post.get_absolute_url())))
    Group.objects.update(locked_at=timezone.now())

    document = open_page(bob, group)
    assert (
        "A moderator of this site has locked the group. For now nobody can post, comment, ask to read or join; "
        "what was published can still be read."
    ) in [notice.text for notice in document.all("p", class_="notice--warning")]
    assert ask not in open_page(carol, group).buttons
    assert "Edit" not in links(page(signed_in(alice).get(post.get_absolute_url())))
    assert titles(document) == ["Hello"]
    assert "New post" not in links(document)
    assert document.all("a", href=f"/groups/{group.slug}/posts/new/") == []
