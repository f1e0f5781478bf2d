"""Which posts are from before somebody joined: those that were not encrypted for them, whatever a clock said."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.domain import keys
from groups.domain import members
from groups.models import Group, Membership
from posts.models import Post
from posts.requests import asking, obstacles
from tests.cast import Person
from tests.pages import page, signed_in

HOURS = [-1, 0, 1]


def set_clock(group: Group, person: Person, hours: int) -> None:
    """The clock was wrong by so much when this person joined."""
    joined_at = Now() + timedelta(hours=hours)
    Membership.objects.filter(group=group, user=person.user).update(joined_at=joined_at)


def from_before(person: Person, group: Group) -> list[Post]:
    return list(obstacles.askable(group, person.user))


def why_locked(person: Person, post: Post) -> str:
    notice = page(signed_in(person).get(f"/posts/{post.uid}/")).one("div", class_="post__locked")
    return notice.all("p")[0].text


def why_locked_in_list(person: Person, group: Group) -> str:
    (row,) = page(signed_in(person).get(f"/groups/{group.slug}/")).all("li", class_="contents__item")
    assert row["data-readable"] == "no"
    return row.one("p", class_="contents__access").text


@pytest.mark.parametrize("hours", HOURS)
def test_who_joined_later_asks_for_all_that_was_left_out(hours, post, late, group):
    set_clock(group, late, hours)

    assert from_before(late, group) == [post]
    assert why_locked(late, post) == "You joined after this was published, so it was not encrypted for you."
    assert why_locked_in_list(late, group) == "You joined after this was published."
    assert [each.post for each in asking.ask_all(group, asker=late.user)] == [post]


@pytest.mark.parametrize("hours", HOURS)
def test_who_was_there_and_has_a_new_key_is_told_that_it_is_the_key(hours, post, bob, group):
    set_clock(group, bob, hours)
    keys.revoke(bob.user.public_keys.get())
    bob.add_key("New")

    assert from_before(bob, group) == [post]
    assert why_locked(bob, post) == (
        "This was published before you had the key that you have now, so it was not encrypted for it."
    )
    assert why_locked_in_list(bob, group) == "Not encrypted for the key that you have now."


def test_who_comes_back_joined_later(post, bob, group):
    members.leave(Membership.objects.get(group=group, user=bob.user))
    members.join(group, user=bob.user)
    set_clock(group, bob, -1)

    assert why_locked_in_list(bob, group) == "You joined after this was published."
    assert from_before(bob, group) == [post]
