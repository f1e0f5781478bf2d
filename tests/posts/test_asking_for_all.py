"""Asking for all posts of a group from before one joined."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Group
from posts.domain import answers, mutes, obstacles, read_requests
from posts.models import Post, ReadRequest
from tests.cast import Person
from tests.posts.asking import ask_all_button, post_form, post_json, refused
from tests.posts.pages import page, signed_in


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


def test_one_click_asks_for_everything_from_before(archive: list[Post], carol: Person, group: Group) -> None:
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]
    client = signed_in(carol)

    answer = post_form(client, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/groups/{group.slug}/")
    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive
    followed = page(client.get(f"/groups/{group.slug}/"))
    assert followed.one("li", class_="notice").text == "You asked to read 4 posts."
    assert followed.all("form", class_="ask-all") == []


def test_it_asks_only_for_what_can_be_asked_for(
    archive: list[Post], alice: Person, bob: Person, carol: Person, group: Group
) -> None:
    four, three, two, one = archive
    answers.reject(read_requests.ask(one, asker=carol.user)[0])
    granted, _ = read_requests.ask(two, asker=carol.user)
    answers.approve(granted, keys=alice.rewraps(granted))
    read_requests.ask(three, asker=carol.user)
    own = carol.publish(group, title="Carol's own")
    assert ask_all_button(carol, group) == ["Ask for the post from before I joined"]

    answer = post_json(signed_in(carol), f"/groups/{group.slug}/request_read/")

    assert answer.status_code == 201
    (pk,) = answer.json()["request_ids"]
    assert ReadRequest.objects.get(pk=pk).post == four
    assert not ReadRequest.objects.filter(post=own).exists()
    assert ask_all_button(carol, group) == []

    mutes.mute(bob.user, asker=carol.user)
    assert ask_all_button(carol, group) == []


def test_who_has_no_key_makes_one_first(archive: list[Post], carol: Person, group: Group) -> None:
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]

    carol.user.public_keys.update(revoked_at=timezone.now())

    assert ask_all_button(carol, group) == []
    carol.add_key("Phone")
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]


def test_who_was_there_has_no_such_button(archive: list[Post], bob: Person, group: Group) -> None:
    assert ask_all_button(bob, group) == []
    assert post_json(signed_in(bob), f"/groups/{group.slug}/request_read/").status_code == 422


def test_asking_for_all_stops_at_the_limit_and_says_so_before(
    monkeypatch: pytest.MonkeyPatch, archive: list[Post], carol: Person, group: Group
) -> None:
    monkeypatch.setattr(obstacles, "MOST_WAITING", 3)
    shown = page(signed_in(carol).get(f"/groups/{group.slug}/")).one("form", class_="ask-all")
    assert shown.one("p").text == "The newest 3 at first: no more may wait for an answer at once."

    post_json(signed_in(carol), f"/groups/{group.slug}/request_read/")

    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive[:3]


def test_of_a_hundred_and_one_posts_the_newest_hundred_are_asked_for(
    alice: Person, carol: Person, group: Group
) -> None:
    rows = [
        Post(uid=uuid4(), group=group, author=alice.user, title=f"Post {number}", state="published",
             published_at=timezone.now(), submitted_at=timezone.now() - timedelta(minutes=number),
             nonce=b"", ciphertext=b"", key_commitment=b"")
        for number in range(101)
    ]  # fmt: skip
    newest, oldest = Post.objects.bulk_create(rows)[:100], rows[100]
    members.join(group, user=carol.user)
    client = signed_in(carol)

    answer = post_json(client, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, len(answer.json()["request_ids"])) == (201, 100)
    asked = ReadRequest.objects.pending().filter(asker=carol.user)
    assert set(asked.values_list("post", flat=True)) == {post.pk for post in newest}
    assert refused(carol, oldest) == (
        "100 requests of yours wait in this group, and no more may. Ask again when some are answered."
    )


def test_asking_for_all_needs_a_key_and_an_open_group(
    archive: list[Post], carol: Person, group: Group
) -> None:
    address = f"/groups/{group.slug}/request_read/"
    groups.lock(group)
    assert post_json(signed_in(carol), address).status_code == 422
    groups.unlock(group)
    keys.revoke(carol.user.public_keys.get())

    answer = post_form(signed_in(carol), address)

    assert answer.headers["Location"] == f"/groups/{group.slug}/"
    assert not ReadRequest.objects.exists()
