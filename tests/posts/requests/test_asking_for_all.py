"""Asking for all posts of a group that a key of one's own lacks."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Group
from posts.models import Post, ReadRequest, Revision
from posts.requests import answering, asking, mutes
from tests.cast import Person, write_rows
from tests.pages import page, signed_in
from tests.posts.requests.calls import ask_all_button, post_form, refused


@pytest.fixture
def archive(post: Post, alice: Person, bob: Person, carol: Person, group: Group) -> list[Post]:
    """Four posts of two authors from before Carol joined, the newest first."""
    later = [
        alice.publish(group, title="Two"),
        bob.publish(group, title="Three"),
        bob.publish(group, title="Four"),
    ]
    members.join(group, user=carol.user)
    return [*reversed(later), post]


def test_one_click_asks_for_everything_from_before(archive, carol, group):
    assert ask_all_button(carol, group) == ["Ask for all 4 posts that I lack a key for"]
    client = signed_in(carol)

    answer = post_form(client, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/groups/{group.slug}/")
    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive
    followed = page(client.get(f"/groups/{group.slug}/"))
    assert followed.one("div", class_="notices").text == "You asked to read 4 posts."
    assert followed.all("form", class_="ask-all") == []


def test_it_asks_only_for_what_can_be_asked_for(archive, alice, bob, carol, group):
    four, three, two, one = archive
    answering.reject(asking.ask(one, asker=carol.user)[0])
    granted, _ = asking.ask(two, asker=carol.user)
    answering.approve(granted, keys=alice.rewraps(granted))
    asking.ask(three, asker=carol.user)
    own = carol.publish(group, title="Carol's own")
    assert ask_all_button(carol, group) == ["Ask for the post that I lack a key for"]

    before = set(ReadRequest.objects.pending())

    post_form(signed_in(carol), f"/groups/{group.slug}/request_read/")

    (asked,) = set(ReadRequest.objects.pending()) - before
    assert asked.post == four
    assert not ReadRequest.objects.filter(post=own).exists()
    assert ask_all_button(carol, group) == []

    mutes.mute(bob.user, asker=carol.user)
    assert ask_all_button(carol, group) == []


def test_who_has_no_key_makes_one_first(archive, carol, group):
    assert ask_all_button(carol, group) == ["Ask for all 4 posts that I lack a key for"]

    carol.user.public_keys.update(revoked_at=timezone.now())

    assert ask_all_button(carol, group) == []
    carol.add_key("Phone")
    assert ask_all_button(carol, group) == ["Ask for all 4 posts that I lack a key for"]


@pytest.mark.parametrize("is_revoked", [True, False])
def test_who_lost_a_key_asks_for_what_others_published_before(archive, bob, group, is_revoked):
    _, _, two, one = archive
    assert ask_all_button(bob, group) == []
    if is_revoked:
        keys.revoke(bob.user.public_keys.get())
    bob.add_key("Phone")
    assert ask_all_button(bob, group) == ["Ask for all 2 posts that I lack a key for"]

    post_form(signed_in(bob), f"/groups/{group.slug}/request_read/")

    # Nobody else can give him back his own.
    assert {each.post for each in ReadRequest.objects.pending()} == {two, one}


def test_what_is_still_being_encrypted_for_a_member_is_nothing_to_ask_for(archive, bob, group):
    bob.add_key("Phone")
    assert ask_all_button(bob, group) == ["Ask for all 2 posts that I lack a key for"]

    Revision.objects.update(state="encrypting")

    assert ask_all_button(bob, group) == []


def test_who_was_there_has_no_such_button(archive, bob, group):
    assert ask_all_button(bob, group) == []
    client = signed_in(bob)
    followed = client.get(post_form(client, f"/groups/{group.slug}/request_read/").headers["Location"])
    assert page(followed).one("div", class_="notices").text == (
        "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
    )


def test_asking_for_all_stops_at_the_limit_and_says_so_before(settings, archive, carol, group):
    settings.QUOTA_WAITING_REQUESTS = 3
    shown = page(signed_in(carol).get(f"/groups/{group.slug}/")).one("form", class_="ask-all")
    assert shown.one("p").text == "The newest 3 at first: no more may wait for an answer at once."

    post_form(signed_in(carol), f"/groups/{group.slug}/request_read/")

    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive[:3]


def test_of_a_hundred_and_one_posts_the_newest_hundred_are_asked_for(settings, alice, carol, group):
    settings.QUOTA_WAITING_REQUESTS = 100
    now = timezone.now()
    rows = write_rows(
        Post(uid=uuid4(), group=group, author=alice.user, submitted_at=now - timedelta(minutes=number))
        for number in range(101)
    )
    newest, oldest = rows[:100], rows[100]
    members.join(group, user=carol.user)

    post_form(signed_in(carol), f"/groups/{group.slug}/request_read/")

    asked = ReadRequest.objects.pending().filter(asker=carol.user)
    assert set(asked.values_list("post", flat=True)) == {post.pk for post in newest}
    assert refused(carol, oldest, status=429) == (
        "100 requests of yours wait, and no more may. Ask again when some are answered, or withdraw one."
    )


def test_asking_for_all_needs_a_key_and_an_open_group(archive, carol, group):
    address = f"/groups/{group.slug}/request_read/"
    groups.lock(group)
    post_form(signed_in(carol), address)
    assert not ReadRequest.objects.exists()
    groups.unlock(group)
    keys.revoke(carol.user.public_keys.get())

    answer = post_form(signed_in(carol), address)

    assert answer.headers["Location"] == f"/groups/{group.slug}/"
    assert not ReadRequest.objects.exists()
