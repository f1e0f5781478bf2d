"""Asking to read a post over its page and the call, and what keeps one from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain import keys, users
from groups.domain import groups, members
from groups.models import Membership, Role
from posts.models import PostKey, ReadRequest, RequestState
from posts.publishing import posts
from posts.requests import answering, asking
from tests.pages import article, buttons, page, signed_in
from tests.posts.requests.calls import (
    ask_address,
    ask_all_button,
    notice,
    post_form,
    post_json,
    refused,
    state_of,
)


def test_a_program_asks_and_asks_again(post, late):
    client = signed_in(late)

    first = post_json(client, ask_address(post))
    second = post_json(client, ask_address(post), {"message": "Please."})

    (read_request,) = ReadRequest.objects.all()
    body = {"request_id": read_request.pk, "state": "pending"}
    assert (first.status_code, first.json()) == (201, body)
    assert (second.status_code, second.json()) == (200, body)
    assert read_request.message == ""


def test_a_call_without_anything_else_is_answered_as_a_program(post, late):
    assert signed_in(late).post(ask_address(post)).status_code == 201


def test_a_form_leads_back_to_the_post_which_then_waits(post, late):
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


def test_a_page_that_waits_has_its_scripts_ready_and_tells_a_long_wait_by_its_date(post, read_request, late):
    shown = page(signed_in(late).get(f"/posts/{post.uid}/"))

    assert shown.all("link", rel="modulepreload") != []

    ReadRequest.objects.update(asked_at=timezone.now() - timedelta(days=7))

    when = (timezone.now() - timedelta(days=7)).strftime("%-d %B %Y")
    assert notice(late, post).one("p", class_="ask__state").text == f"Waiting for an answer since {when}"


def test_what_waits_is_withdrawn(post, read_request, late):
    form = notice(late, post).one("form")

    answer = post_form(signed_in(late), form["action"])

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert state_of(read_request) == RequestState.WITHDRAWN
    assert buttons(notice(late, post)) == ["Ask to read"]


def test_withdrawing_too_late_says_so(post, read_request, late):
    answering.reject(read_request)
    client = signed_in(late)

    followed = client.get(post_form(client, f"/requests/{read_request.pk}/withdraw/").headers["Location"])
    assert page(followed).one("div", class_="notices").text == "It was answered before you withdrew it."


@pytest.mark.parametrize("message", ["x" * 201, "a\x07b", "\u202e", 7])
def test_a_message_that_is_none_is_refused(message, post, late):
    answer = post_json(signed_in(late), ask_address(post), {"message": message})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["message"]
    assert not ReadRequest.objects.exists()


def test_the_field_of_the_message_says_how_long_it_may_be_and_the_page_what_is_wrong(post, late):
    shown = notice(late, post)

    control = shown.one("input", name="message")
    assert (shown.one("label").text, control["maxlength"]) == ("Message", "200")
    assert shown.one("div", id=control["aria-describedby"]).text == (
        "Up to 200 characters, for the author. This is not encrypted."
    )

    client = signed_in(late)

    followed = client.get(post_form(client, ask_address(post), {"message": "x" * 201}).headers["Location"])

    assert "200 characters" in page(followed).one("div", class_="notices").text


@pytest.mark.parametrize("content", ["[]", "{", "7"])
def test_a_body_that_is_no_object_is_422(content, post, late):
    answer = signed_in(late).post(ask_address(post), content, content_type="application/json")

    assert answer.status_code == 422


def test_without_a_key_one_is_told_and_makes_one_there(post, late):
    keys.revoke(late.user.public_keys.get())

    shown = article(late, post)

    assert refused(late, post) == "You have no key that a post could be encrypted for. Make one first."
    assert shown["data-access"] == "no-key"
    assert "Make my key" in [link.text for link in shown.one("div", class_="post__locked").all("a")]


def test_who_reads_it_with_every_key_has_nothing_to_ask_for(post, bob):
    assert refused(bob, post) == (
        "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
    )
    assert article(bob, post).all("ask-elsewhere") == []


def test_who_is_refused_reads_the_reason_and_when_to_ask_again(post, read_request, late):
    answering.reject(read_request, reason="It is about you.")
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


def test_past_the_limit_one_is_told_so(settings, post, read_request, alice, late, group):
    members.leave(Membership.objects.get(group=group, user=late.user))
    second = alice.publish(group, title="Second")
    members.join(group, user=late.user)
    asking.ask(post, asker=late.user)
    settings.QUOTA_WAITING_REQUESTS = 1

    assert refused(late, second, status=429) == (
        "1 request of yours waits, and no more may. Ask again when it is answered, or withdraw it."
    )
    assert buttons(notice(late, second)) == []
    post_form(signed_in(late), f"/groups/{group.slug}/request_read/")
    assert ReadRequest.objects.pending().count() == 1


def test_in_a_locked_group_nobody_asks(post, late, group):
    groups.lock(group)

    assert refused(late, post) == "This group is locked: nobody can ask in it now."
    assert notice(late, post).all("p")[-1].text == refused(late, post)
    assert buttons(notice(late, post)) == []


def test_an_author_without_the_key_is_told_that_nobody_can_help(post, alice):
    keys.revoke(alice.user.public_keys.get())
    alice.add_key("New")

    assert refused(alice, post) == "Only you could grant it, with a key that you no longer have."
    assert notice(alice, post).all("p")[-1].text == refused(alice, post)
    assert buttons(notice(alice, post)) == []


def test_nobody_asks_an_author_who_has_left(post, late, alice, group):
    heir = Membership.objects.get(group=group, user=late.user)
    members.change_role(heir, role=Role.OWNER)
    assert ask_all_button(late, group) == ["Ask for the post that I lack a key for"]

    members.leave(Membership.objects.get(group=group, user=alice.user))

    assert refused(late, post) == "Its author has left the group, so nobody can let you read it."
    assert notice(late, post).all("p")[-1].text == refused(late, post)
    assert ask_all_button(late, group) == []


def test_an_author_asks_themselves_for_another_device(post, alice):
    tablet = alice.add_key("Tablet")

    read_request, _ = asking.ask(post, asker=alice.user)
    answering.approve(read_request, keys=alice.rewraps(read_request))

    assert PostKey.objects.filter(revision=post.current, public_key=tablet).exists()


def test_whose_key_is_on_another_device_is_told_which_and_may_ask(post, bob):
    tablet = bob.add_key("Tablet")

    shown = article(bob, post)

    (words,) = shown.all("template", data_message="key-elsewhere")
    assert [each.text for each in words.all("bdi")] == ["Laptop"]
    elsewhere = shown.one("ask-elsewhere")
    assert elsewhere["data-missing"] == tablet.fingerprint
    (here,) = elsewhere.all("template", data_content="here")
    assert buttons(here) == ["Ask for the key in this browser"]
    assert post_json(signed_in(bob), ask_address(post)).status_code == 201


def test_of_several_keys_elsewhere_those_with_a_label_are_named(alice, bob, group):
    bob.add_key("")
    bob.add_key("Tablet")

    (words,) = article(bob, alice.publish(group)).all("template", data_message="key-elsewhere")

    assert [each.text for each in words.all("bdi")] == ["Laptop, Tablet"]
    assert "for the keys named" in words.text


def test_a_post_that_is_being_encrypted_can_be_asked_for(alice, late, group):
    members.leave(Membership.objects.get(group=group, user=late.user))
    post = alice.submit(group)
    members.join(group, user=late.user)
    assert post_json(signed_in(late), ask_address(post)).status_code == 404

    posts.encrypt(post.current.pk)

    assert post_json(signed_in(late), ask_address(post)).status_code == 201


def test_nobody_asks_an_author_whose_account_is_closed(post, late, alice, group):
    sentence = "The account of its author is closed, so nobody can let you read it now."
    carol = signed_in(late)
    users.deactivate(alice.user)

    answer = post_json(carol, f"/posts/{post.uid}/request_read/")
    post_form(carol, f"/groups/{group.slug}/request_read/")

    assert not ReadRequest.objects.exists()
    assert (answer.status_code, answer.json()) == (422, {"errors": {"__all__": [sentence]}})
    notice = page(carol.get(f"/posts/{post.uid}/")).one("div", class_="post__locked")
    assert [each.text for each in notice.all("p")][1:] == [sentence]
    assert notice.all("button") == []
    assert page(carol.get(f"/groups/{group.slug}/")).all("form", class_="ask-all") == []
    assert not ReadRequest.objects.exists()

    users.activate(alice.user)

    assert post_json(carol, f"/posts/{post.uid}/request_read/").status_code == 201
