"""The front page: what this is, or the newest posts of one's groups."""

from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Membership
from tests.account import Account
from tests.pages import page, signed_in
from tests.posts.views.test_groups import titles, write_many


def test_signed_out_it_says_what_this_is(db, post):
    response = Client().get("/")

    document = page(response)
    links = {link.text: link["href"] for link in document.one("main").all("a", class_="button")}
    assert links == {"Sign up": "/accounts/signup/", "Log in": "/accounts/login/"}
    assert "Hello" not in response.content.decode()


def test_it_lists_the_newest_posts_of_all_my_groups(alice, bob, group, post):
    readers = groups.create("Readers", owner=bob.user)
    bob.publish(readers, title="On reading")

    document = page(signed_in(bob).get("/"))

    assert titles(document) == ["On reading", "Hello"]
    assert [line.text for line in document.all("p", class_="facts")] == ["Readers By Bob", "Walkers By Alice"]
    assert [line.one("a")["href"] for line in document.all("p", class_="facts")] == [
        "/groups/readers/",
        "/groups/walkers/",
    ]


def test_posts_of_a_group_that_i_left_or_have_not_joined_are_not_there(bob, mallory, group, post):
    group.joining = "anyone"
    group.save()

    assert titles(page(signed_in(mallory).get("/"))) == []

    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert titles(page(signed_in(bob).get("/"))) == []


def test_it_shows_twenty_at_a_time(alice, bob, group):
    names = write_many(alice, group, 21)

    first = page(signed_in(bob).get("/"))
    second = page(signed_in(bob).get(f"/{first.one('a', rel='next')['href']}"))

    assert titles(first) == names[:20]
    assert titles(second) == names[20:]
    assert second.one("a", rel="prev").text == "Newer"


def test_it_follows_every_group(bob, group, post):
    part = page(signed_in(bob).get("/")).one("live-part", id="posts")

    assert part["data-on"] == (
        "post.published post.revised post.failed post.deleted comment.changed membership.ended"
        " read_request.approved read_request.rejected read_request.closed key.revoked key:ready"
    )
    assert part.get("data-group") is None


def test_who_has_no_key_is_told_so(bob, group, post):
    bob.user.public_keys.update(revoked_at=timezone.now())

    document = page(signed_in(bob).get("/"))

    assert [title.text for title in document.all("p", class_="notice__title")] == ["You have no key."]


def test_who_has_a_key_that_is_unusable_is_told_so_and_led_to_a_new_one(bob, group, post):
    Account(bob.user).make("Laptop")
    client = signed_in(bob)
    keys.mark_unusable(bob.user.account_keys.get().public_key_id)
    bob.user.public_keys.filter(account_key=None).update(revoked_at=timezone.now())

    for address in ("/", f"/groups/{group.slug}/", "/keys/"):
        document = page(client.get(address))
        told = [each.text for each in document.one("main").all("p", class_="notice__title")]
        assert "Nothing can be encrypted for your key." in told
        assert "You have no key." not in told
        assert "/keys/replace/" in [form.get("action") for form in document.all("form", class_="actions")]


def test_without_a_group_or_a_post_the_next_step_is_one_click_away(mallory, bob, group):
    document = page(signed_in(mallory).get("/"))

    assert document.one("p", class_="empty__title").text == "You are in no group yet"
    assert document.one("div", class_="empty").one("a")["href"] == "/groups/new/"

    document = page(signed_in(bob).get("/"))

    assert document.one("p", class_="empty__title").text == "Nothing has been published yet"
    assert document.one("div", class_="empty").one("a")["href"] == "/groups/"
