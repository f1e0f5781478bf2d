"""Refusing and muting, and what becomes of a grant: withdrawn, or reported as wrong."""

import pytest

from posts.models import PostKey, ReadRequest, RequestState
from posts.requests import answering, asking
from tests.pages import page, signed_in
from tests.posts.requests.calls import address, everything, post_form, post_json, state_of


def test_a_refusal_carries_its_reason(read_request, alice):
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": "It is about you."})

    assert (answer.status_code, answer.json()) == (200, {"state": "rejected"})
    assert ReadRequest.objects.get().reason == "It is about you."


def test_a_refusal_as_a_form_leads_back_to_the_list(read_request, alice):
    answer = post_form(signed_in(alice), address(read_request, "reject"), {"reason": "No."})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    assert ReadRequest.objects.get().reason == "No."


@pytest.mark.parametrize("reason", ["x" * 201, "\x00", "a\u202eb", 7, ["a"], "\ud800"])
def test_a_reason_that_is_none_is_refused(reason, read_request, alice):
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": reason})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["reason"]
    assert state_of(read_request) == RequestState.PENDING


def test_a_grant_can_be_withdrawn_once(read_request, post, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    assert late.reads(post) is not None
    client = signed_in(alice)

    told = []
    for _ in range(2):
        answer = post_form(client, address(read_request, "withdraw_grant"))
        told.append(page(client.get(answer.headers["Location"])).one("div", class_="notices").text)

    assert told == [
        "The grant is withdrawn: Carol can't open the post any more.",
        "There is no grant to withdraw: Carol has no key by it.",
    ]
    assert (late.reads(post), state_of(read_request)) == (None, RequestState.CLOSED)


def test_withdrawing_a_grant_leaves_what_was_wrapped_when_it_was_published(post, alice, bob):
    bob.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=bob.user)
    answering.approve(read_request, keys=alice.rewraps(read_request))
    assert PostKey.objects.filter(public_key__user=bob.user).count() == 2

    answering.withdraw_grant(read_request)

    assert [key.public_key.label for key in PostKey.objects.filter(public_key__user=bob.user)] == ["Laptop"]


def test_a_report_names_only_what_was_granted(read_request, post, alice, bob, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    stranger = bob.user.public_keys.get().fingerprint
    before = everything()

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [stranger]})

    assert answer.status_code == 422
    assert everything() == before


def test_a_grant_can_be_withdrawn_while_the_asker_asks_for_another_key(read_request, post, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    late.add_key("Tablet")
    asking.ask(post, asker=late.user)

    answering.withdraw_grant(read_request)

    assert (late.reads(post), state_of(read_request)) == (None, RequestState.PENDING)
