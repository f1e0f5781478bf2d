"""A person who asks and takes it back, again and again, tells the author each time: three times an hour a post."""

from datetime import timedelta

from django.db.models import F

from accounts.domain import keys
from groups.domain import members
from groups.models import Membership
from posts.models import Post, ReadRequest
from posts.requests import answering, asking, mutes
from tests.cast import Person
from tests.pages import page, signed_in
from tests.posts.requests.calls import post_form, post_json


def statuses(person: Person, post: Post, times: int) -> list[int]:
    """The answers to a program that asks and withdraws so often."""
    client, found = signed_in(person), []
    for _ in range(times):
        answer = post_json(client, f"/posts/{post.uid}/request_read/")
        found.append(answer.status_code)
        if answer.status_code == 201:
            post_form(client, f"/requests/{answer.json()['request_id']}/withdraw/")
    return found


def let_pass(time: timedelta) -> None:
    ReadRequest.objects.update(counted_from=F("counted_from") - time, asked_at=F("asked_at") - time)


def test_the_fourth_time_within_an_hour_has_to_wait_and_is_told_how_long(post, late):
    assert statuses(late, post, 3) == [201, 201, 201]
    before = ReadRequest.objects.values().get()
    let_pass(timedelta(minutes=15))

    answer = post_json(signed_in(late), f"/posts/{post.uid}/request_read/")

    assert (answer.status_code, answer.json()["errors"]["__all__"]) == (
        422,
        ["You asked for it again and again without waiting. You may ask once more in 45 minutes."],
    )
    after = ReadRequest.objects.values().get()
    assert (after["state"], after["asked_at"]) == ("withdrawn", before["asked_at"] - timedelta(minutes=15))
    notice = page(signed_in(late).get(f"/posts/{post.uid}/")).one("div", class_="post__locked")
    assert notice.all("p")[-1].text == answer.json()["errors"]["__all__"][0]
    assert notice.all("button") == []


def test_after_an_hour_the_count_begins_anew(post, late):
    assert statuses(late, post, 4) == [201, 201, 201, 422]

    let_pass(timedelta(minutes=61))

    assert statuses(late, post, 4) == [201, 201, 201, 422]


def test_the_button_for_all_posts_is_no_way_around_it(post, late, group):
    statuses(late, post, 3)
    client = signed_in(late)

    assert page(client.get(f"/groups/{group.slug}/")).all("form", class_="ask-all") == []
    post_form(client, f"/groups/{group.slug}/request_read/")
    assert not ReadRequest.objects.pending().exists()

    let_pass(timedelta(minutes=61))
    post_form(client, f"/groups/{group.slug}/request_read/")
    assert ReadRequest.objects.pending().count() == 1


def test_nor_are_new_keys_or_leaving_and_coming_back(post, late, group):
    """Both close what waits."""
    for number in range(3):
        asking.ask(post, asker=late.user)
        if number % 2:
            members.leave(Membership.objects.get(group=group, user=late.user))
            members.join(group, user=late.user)
        else:
            keys.revoke(late.user.public_keys.active().get())
            late.add_key()

    assert statuses(late, post, 1) == [422]


def test_asking_for_the_first_time_is_never_held_up(post, alice, bob, carol, group):
    posts = [post, *(author.publish(group) for author in (alice, bob))]
    members.join(group, user=carol.user)
    statuses(carol, posts[0], 4)

    assert [statuses(carol, each, 1) for each in posts[1:]] == [[201], [201]]


def test_what_waits_stays_one_request_however_often_it_is_asked(post, late):
    client = signed_in(late)

    found = [post_json(client, f"/posts/{post.uid}/request_read/").status_code for _ in range(6)]

    assert found == [201, 200, 200, 200, 200, 200]


def test_whom_the_author_answers_has_not_asked_in_vain(post, late, alice):
    """As on the fourth device of somebody, or when the author takes back what they granted by mistake."""
    for _ in range(5):
        read_request, _ = asking.ask(post, asker=late.user)
        answering.approve(read_request, keys=alice.rewraps(read_request))
        answering.withdraw_grant(read_request)

    assert statuses(late, post, 1) == [201]


def test_a_form_is_told_on_the_page_of_the_post(post, late):
    statuses(late, post, 3)
    client = signed_in(late)

    followed = client.get(post_form(client, f"/posts/{post.uid}/request_read/").headers["Location"])

    assert page(followed).one("div", class_="notices").text == (
        "You asked for it again and again without waiting. You may ask once more in 60 minutes."
    )


def test_who_is_muted_learns_nothing_of_it(post, late, alice):
    statuses(late, post, 3)
    mutes.mute(alice.user, asker=late.user)

    answer = post_json(signed_in(late), f"/posts/{post.uid}/request_read/")

    assert answer.json()["errors"]["__all__"] == ["Not now."]
