"""Refusing and muting, and what becomes of a grant: withdrawn, or reported as wrong."""

import pytest

from groups.domain import members
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, read_requests
from posts.models import Mute, Post, PostKey, ReadRequest, RequestState
from tests.cast import Person
from tests.posts.asking import address, everything, post_form, post_json, state_of
from tests.posts.pages import signed_in


def test_a_refusal_carries_its_reason(read_request: ReadRequest, alice: Person) -> None:
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": "It is about you."})

    assert (answer.status_code, answer.json()) == (200, {"state": "rejected"})
    assert ReadRequest.objects.get().reason == "It is about you."


def test_a_refusal_as_a_form_leads_back_to_the_list(read_request: ReadRequest, alice: Person) -> None:
    answer = post_form(signed_in(alice), address(read_request, "reject"), {"reason": "No."})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    assert ReadRequest.objects.get().reason == "No."


@pytest.mark.parametrize("reason", ["x" * 201, "\x00", "a\u202eb", 7, ["a"], "\ud800"])
def test_a_reason_that_is_none_is_refused(reason: object, read_request: ReadRequest, alice: Person) -> None:
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": reason})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["reason"]
    assert state_of(read_request) == RequestState.PENDING


def test_who_is_muted_is_refused_and_hears_no_reason(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answer = post_json(signed_in(alice), address(read_request, "mute"))

    assert (answer.status_code, answer.json()) == (200, {"muted": str(late.user.uid)})
    again = post_json(signed_in(late), f"/posts/{post.uid}/request_read/")
    assert (again.status_code, again.json()) == (422, {"errors": {"__all__": ["Not now."]}})

    answer = post_json(signed_in(alice), f"/requests/muted/{late.user.uid}/unmute/")

    assert answer.status_code == 200
    assert not Mute.objects.exists()


def test_a_grant_can_be_withdrawn_once(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert late.reads(post) is not None
    client = signed_in(alice)

    answer = post_json(client, address(read_request, "withdraw_grant"))

    assert (answer.status_code, answer.json()) == (200, {"state": "closed"})
    assert late.reads(post) is None
    assert post_json(client, address(read_request, "withdraw_grant")).status_code == 409


def test_withdrawing_a_grant_leaves_what_was_wrapped_when_it_was_published(
    post: Post, alice: Person, bob: Person
) -> None:
    bob.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=bob.user)
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert PostKey.objects.filter(public_key__user=bob.user).count() == 2

    answers.withdraw_grant(read_request)

    assert [key.public_key.label for key in PostKey.objects.filter(public_key__user=bob.user)] == ["Laptop"]


def test_a_grant_can_be_withdrawn_while_the_asker_asks_for_another_key(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    late.add_key("Tablet")
    read_requests.ask(post, asker=late.user)

    answers.withdraw_grant(read_request)

    assert (late.reads(post), state_of(read_request)) == (None, RequestState.PENDING)


def test_a_report_names_only_what_was_granted(
    read_request: ReadRequest, post: Post, alice: Person, bob: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    stranger = bob.user.public_keys.get().fingerprint
    before = everything()

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [stranger]})

    assert answer.status_code == 422
    assert everything() == before


def test_who_is_muted_cannot_come_back_by_a_report(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    mutes.mute(alice.user, asker=late.user)
    fingerprint = late.user.public_keys.get().fingerprint

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [fingerprint]})

    assert answer.json() == {"state": "closed"}


def test_a_report_to_an_author_who_has_left_closes_the_request(
    read_request: ReadRequest, alice: Person, late: Person, group: Group
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    members.change_role(Membership.objects.get(group=group, user=late.user), role=Role.OWNER)
    members.leave(Membership.objects.get(group=group, user=alice.user))
    fingerprint = late.user.public_keys.get().fingerprint

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [fingerprint]})

    assert answer.json() == {"state": "closed"}
