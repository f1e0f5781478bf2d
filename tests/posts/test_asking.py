"""Asking to read a post over its page and the call, and what keeps one from it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, obstacles, publishing, read_requests
from posts.models import Post, PostKey, ReadRequest, RequestState
from tests.cast import Person
from tests.posts.asking import (
    ask_address,
    ask_all_button,
    notice,
    post_form,
    post_json,
    refused,
    state_of,
)
from tests.posts.pages import article, buttons, page, signed_in


def test_a_program_asks_and_asks_again(post: Post, late: Person) -> None:
    client = signed_in(late)

    first = post_json(client, ask_address(post))
    second = post_json(client, ask_address(post), {"message": "Please."})

    (read_request,) = ReadRequest.objects.all()
    body = {"request_id": read_request.pk, "state": "pending"}
    assert (first.status_code, first.json()) == (201, body)
    assert (second.status_code, second.json()) == (200, body)
    assert read_request.message == ""


def test_a_call_without_anything_else_is_answered_as_a_program(post: Post, late: Person) -> None:
    assert signed_in(late).post(ask_address(post)).status_code == 201


def test_a_form_leads_back_to_the_post_which_then_waits(post: Post, late: Person) -> None:
    client = signed_in(late)
    form = notice(late, post).one("form")
    assert (form["action"], buttons(form)) == (ask_address(post), ["Ask to read"])

    answer = post_form(client, ask_address(post), {"message": "I kept bees for ten years."})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert ReadRequest.objects.get().message == "I kept bees for ten years."
    shown = article(late, post)
    assert (shown["data-access"], shown["data-request-state"]) == ("no-key", "pending")
    assert shown.one("p", class_="ask__state").text == f"Waiting for an answer since {timezone.now():%A}"
    assert buttons(notice(late, post)) == ["Withdraw"]


def test_a_wait_of_more_than_a_week_is_told_by_its_date(
    post: Post, read_request: ReadRequest, late: Person
) -> None:
    ReadRequest.objects.update(asked_at=timezone.now() - timedelta(days=7))

    when = (timezone.now() - timedelta(days=7)).strftime("%-d %B %Y")
    assert notice(late, post).one("p", class_="ask__state").text == f"Waiting for an answer since {when}"


def test_a_page_that_waits_has_its_scripts_ready(post: Post, read_request: ReadRequest, late: Person) -> None:
    shown = page(signed_in(late).get(f"/posts/{post.uid}/"))

    assert shown.all("link", rel="modulepreload") != []


def test_what_waits_is_withdrawn(post: Post, read_request: ReadRequest, late: Person) -> None:
    form = notice(late, post).one("form")

    answer = post_form(signed_in(late), form["action"])

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert state_of(read_request) == RequestState.WITHDRAWN
    assert buttons(notice(late, post)) == ["Ask to read"]


def test_withdrawing_too_late_says_so(post: Post, read_request: ReadRequest, late: Person) -> None:
    answers.reject(read_request)
    client = signed_in(late)

    answer = post_json(client, f"/requests/{read_request.pk}/withdraw/")

    assert (answer.status_code, answer.json()) == (409, {"state": "rejected"})
    followed = client.get(post_form(client, f"/requests/{read_request.pk}/withdraw/").headers["Location"])
    assert page(followed).one("li", class_="notice").text == "It was answered before you withdrew it."


@pytest.mark.parametrize("message", ["x" * 201, "a\x07b", "\u202e", 7])
def test_a_message_that_is_none_is_refused(message: object, post: Post, late: Person) -> None:
    answer = post_json(signed_in(late), ask_address(post), {"message": message})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["message"]
    assert not ReadRequest.objects.exists()


def test_a_form_is_told_on_the_page_what_is_wrong(post: Post, late: Person) -> None:
    client = signed_in(late)

    followed = client.get(post_form(client, ask_address(post), {"message": "x" * 201}).headers["Location"])

    assert "200 characters" in page(followed).one("li", class_="notice").text


@pytest.mark.parametrize("content", ["[]", "{", "7"])
def test_a_body_that_is_no_object_is_422(content: str, post: Post, late: Person) -> None:
    answer = signed_in(late).post(ask_address(post), content, content_type="application/json")

    assert answer.status_code == 422


def test_without_a_key_one_is_told_and_makes_one_there(post: Post, late: Person) -> None:
    keys.revoke(late.user.public_keys.get())

    shown = article(late, post)

    assert refused(late, post) == "You have no key that a post could be encrypted for. Make one first."
    assert shown["data-access"] == "no-key"
    assert buttons(shown.one("div", class_="post__locked")) == ["Create a key in this browser"]


def test_who_reads_it_with_every_key_has_nothing_to_ask_for(post: Post, bob: Person) -> None:
    assert refused(bob, post) == (
        "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
    )
    assert article(bob, post).one("ask-elsewhere")["data-missing"] == ""


def test_who_is_refused_reads_the_reason_and_when_to_ask_again(
    post: Post, read_request: ReadRequest, late: Person
) -> None:
    answers.reject(read_request, reason="It is about you.")
    when = (timezone.now() + timedelta(days=7)).strftime("%-d %B %Y")

    shown = notice(late, post)

    assert (
        shown.one("p", class_="ask__state").text == "Alice refused your request. The reason: It is about you."
    )
    assert shown.all("p")[-1].text == f"You may ask again on {when}."
    assert buttons(shown) == []
    assert article(late, post)["data-request-state"] == "rejected"
    assert refused(late, post).startswith("You may ask again on ")

    ReadRequest.objects.update(answered_at=timezone.now() - timedelta(days=7))
    assert buttons(notice(late, post)) == ["Ask to read"]
    assert post_json(signed_in(late), ask_address(post)).status_code == 201


def test_who_is_muted_sees_not_now_and_nothing_more(
    post: Post, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    mutes.mute(alice.user, asker=late.user)

    assert [each.text for each in notice(late, post).all("p")][1:] == ["Not now."]
    assert buttons(notice(late, post)) == []


def test_past_the_limit_one_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
    post: Post,
    read_request: ReadRequest,
    alice: Person,
    late: Person,
    group: Group,
) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    second = alice.publish(group, title="Second")
    members.join(group, user=late.user)
    read_requests.ask(post, asker=late.user)
    monkeypatch.setattr(obstacles, "MOST_WAITING", 1)

    assert refused(late, second) == (
        "1 requests of yours wait in this group, and no more may. Ask again when some are answered."
    )
    assert buttons(notice(late, second)) == []
    assert post_json(signed_in(late), f"/groups/{group.slug}/request_read/").status_code == 422


def test_in_a_locked_group_nobody_asks(post: Post, late: Person, group: Group) -> None:
    groups.lock(group)

    assert refused(late, post) == "This group is locked: nobody can ask in it now."
    assert buttons(notice(late, post)) == []


def test_an_author_without_the_key_is_told_that_nobody_can_help(post: Post, alice: Person) -> None:
    keys.revoke(alice.user.public_keys.get())
    alice.add_key("New")

    assert refused(alice, post) == "Only you could grant it, with a key that you no longer have."
    assert buttons(notice(alice, post)) == []


def test_nobody_asks_an_author_who_has_left(post: Post, late: Person, alice: Person, group: Group) -> None:
    heir = Membership.objects.get(group=group, user=late.user)
    members.change_role(heir, role=Role.OWNER)
    assert ask_all_button(late, group) == ["Ask for the post from before I joined"]

    members.leave(Membership.objects.get(group=group, user=alice.user))

    assert refused(late, post) == "Its author has left the group, so nobody can let you read it."
    assert notice(late, post).all("p")[-1].text == "Alice has left the group, so nobody can let you read it."
    assert ask_all_button(late, group) == []


def test_an_author_asks_themselves_for_another_device(post: Post, alice: Person) -> None:
    tablet = alice.add_key("Tablet")

    read_request, _ = read_requests.ask(post, asker=alice.user)
    answers.approve(read_request, keys=alice.rewraps(read_request))

    assert PostKey.objects.filter(post=post, public_key=tablet).exists()


def test_whose_key_is_on_another_device_is_told_which_and_may_ask(post: Post, bob: Person) -> None:
    tablet = bob.add_key("Tablet")

    shown = article(bob, post)

    (words,) = shown.all("template", data_message="key-elsewhere")
    assert [each.text for each in words.all("bdi")] == ["Laptop"]
    elsewhere = shown.one("ask-elsewhere")
    assert elsewhere["data-missing"] == tablet.fingerprint
    (here,) = elsewhere.all("template", data_content="here")
    assert buttons(here) == ["Ask for the key in this browser"]
    assert post_json(signed_in(bob), ask_address(post)).status_code == 201


def test_of_several_keys_elsewhere_those_with_a_label_are_named(
    alice: Person, bob: Person, group: Group
) -> None:
    bob.add_key("")
    bob.add_key("Tablet")

    (words,) = article(bob, alice.publish(group)).all("template", data_message="key-elsewhere")

    assert [each.text for each in words.all("bdi")] == ["Laptop, Tablet"]
    assert "for the keys named" in words.text


def test_a_post_that_is_being_encrypted_can_be_asked_for(alice: Person, late: Person, group: Group) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    post = alice.submit(group)
    members.join(group, user=late.user)
    assert post_json(signed_in(late), ask_address(post)).status_code == 404

    publishing.encrypt(post.pk)

    assert post_json(signed_in(late), ask_address(post)).status_code == 201


def test_signed_out_a_form_leads_to_the_sign_in(post: Post) -> None:
    answer = post_form(Client(), ask_address(post))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/requests/")
