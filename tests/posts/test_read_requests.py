"""Asking to read and being answered, in the database."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain import keys
from groups.domain import members
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, obstacles, publishing, read_requests
from posts.domain.request_moves import AlreadyAnswered
from posts.domain.request_news import pending_count
from posts.models import Mute, Post, PostKey, ReadRequest, RequestState
from secureblogs.crypto.documents import Document
from tests.cast import Person, make_person
from tests.posts.asking import state_of


def test_carol_reads_the_post_only_after_alice_approves(
    post: Post, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    assert not Post.objects.readable_by(late.user).exists()
    assert late.reads(post) is None

    answers.approve(read_request, keys=alice.rewraps(read_request))

    assert list(Post.objects.readable_by(late.user)) == [post]
    assert late.reads(post) == Document("Hello", "World")
    assert state_of(read_request) == RequestState.APPROVED


def test_asking_twice_is_one_request(post: Post, read_request: ReadRequest, late: Person) -> None:
    again, is_new = read_requests.ask(post, asker=late.user)

    assert (again, is_new) == (read_request, False)


def test_a_request_pins_the_keys_of_its_moment(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    tablet = late.add_key("Tablet")

    answers.approve(read_request, keys=alice.rewraps(read_request))

    assert not PostKey.objects.filter(public_key=tablet).exists()


def test_a_reader_may_ask_for_a_new_device_and_gets_it(post: Post, bob: Person, alice: Person) -> None:
    with pytest.raises(obstacles.NothingToAskFor):
        read_requests.ask(post, asker=bob.user)

    tablet = bob.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=bob.user)
    answers.approve(read_request, keys=alice.rewraps(read_request))

    assert PostKey.objects.filter(public_key=tablet, post=post).exists()


def test_without_an_active_key_nobody_can_ask(post: Post, late: Person) -> None:
    keys.revoke(late.user.public_keys.get())

    with pytest.raises(obstacles.NoActiveKey):
        read_requests.ask(post, asker=late.user)


def test_an_outsider_cannot_ask(post: Post, mallory: Person) -> None:
    with pytest.raises(members.NotAMember):
        read_requests.ask(post, asker=mallory.user)


def test_a_refusal_holds_for_a_week(post: Post, read_request: ReadRequest, late: Person) -> None:
    answers.reject(read_request, reason="It is about you.")

    with pytest.raises(obstacles.TooSoon):
        read_requests.ask(post, asker=late.user)

    ReadRequest.objects.update(answered_at=timezone.now() - timedelta(days=7, seconds=1))
    again, is_new = read_requests.ask(post, asker=late.user)
    assert (again.pk, is_new) == (read_request.pk, True)
    assert ReadRequest.objects.get(pk=again.pk).reason == ""


def test_asking_again_pins_the_keys_of_that_moment(
    post: Post, read_request: ReadRequest, late: Person
) -> None:
    read_requests.withdraw(read_request)
    tablet = late.add_key("Tablet")

    again, _ = read_requests.ask(post, asker=late.user)

    assert tablet in again.public_keys.all()


def test_who_is_muted_cannot_ask_that_author_again(
    post: Post, read_request: ReadRequest, late: Person, alice: Person
) -> None:
    mutes.mute(alice.user, asker=late.user)
    assert state_of(read_request) == RequestState.REJECTED
    ReadRequest.objects.update(answered_at=timezone.now() - timedelta(days=8))

    with pytest.raises(obstacles.Muted):
        read_requests.ask(post, asker=late.user)

    Mute.objects.all().delete()
    assert read_requests.ask(post, asker=late.user)[1] is True


def test_at_most_a_hundred_wait_for_one_person_in_one_group(
    monkeypatch: pytest.MonkeyPatch,
    post: Post,
    read_request: ReadRequest,
    late: Person,
    alice: Person,
    group: Group,
) -> None:
    monkeypatch.setattr(obstacles, "MOST_WAITING", 1)
    members.leave(Membership.objects.get(group=group, user=late.user))
    second = alice.publish(group, title="Second")
    members.join(group, user=late.user)
    assert read_requests.ask(post, asker=late.user)[1] is True

    with pytest.raises(obstacles.TooManyWaiting):
        read_requests.ask(second, asker=late.user)


@pytest.mark.parametrize("second", ["approve", "reject", "withdraw"])
@pytest.mark.parametrize("first", ["approve", "reject", "withdraw"])
def test_of_two_answers_only_the_first_counts(
    first: str, second: str, read_request: ReadRequest, alice: Person
) -> None:
    wrapped = alice.rewraps(read_request)
    moves = {
        "approve": lambda: answers.approve(read_request, keys=wrapped),
        "reject": lambda: answers.reject(read_request),
        "withdraw": lambda: read_requests.withdraw(read_request),
    }
    moves[first]()
    state, rows = state_of(read_request), PostKey.objects.count()

    with pytest.raises(AlreadyAnswered) as error:
        moves[second]()

    assert error.value.state == state
    assert (state_of(read_request), PostKey.objects.count()) == (state, rows)


def test_an_approval_needs_exactly_the_pinned_keys(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    good = alice.rewraps(read_request)
    (fingerprint,) = good
    tablet = late.add_key("Tablet").fingerprint
    bad = {
        "none": ({}, ([fingerprint], [], [])),
        "one more": ({**good, tablet: good[fingerprint]}, ([], [tablet], [])),
        "another": ({tablet: good[fingerprint]}, ([fingerprint], [tablet], [])),
        "short": ({fingerprint: good[fingerprint][:-1]}, ([], [], [fingerprint])),
        "long": ({fingerprint: good[fingerprint] + b"x"}, ([], [], [fingerprint])),
    }
    rows = PostKey.objects.count()
    for wrapped, expected in bad.values():
        with pytest.raises(answers.WrongKeys) as error:
            answers.approve(read_request, keys=wrapped)
        assert (error.value.missing, error.value.unexpected, error.value.wrong_size) == expected

    assert (state_of(read_request), PostKey.objects.count()) == (RequestState.PENDING, rows)


def test_a_pinned_key_that_was_revoked_needs_no_answer_and_takes_none(
    post: Post, carol: Person, group: Group, alice: Person
) -> None:
    members.join(group, user=carol.user)
    tablet = carol.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=carol.user)
    both = alice.rewraps(read_request)
    assert len(both) == 2

    keys.revoke(tablet)

    with pytest.raises(answers.WrongKeys):
        answers.approve(read_request, keys=both)
    both.pop(tablet.fingerprint)
    answers.approve(read_request, keys=both)
    assert carol.reads(post) is not None


@pytest.mark.parametrize("what", ["key revoked", "asker left", "author left"])
def test_what_a_request_depends_on_closes_it(
    what: str, read_request: ReadRequest, late: Person, alice: Person, bob: Person, group: Group
) -> None:
    members.change_role(Membership.objects.get(group=group, user=bob.user), role=Role.OWNER)
    assert pending_count(alice.user) == 1

    if what == "key revoked":
        keys.revoke(late.user.public_keys.get())
    else:
        members.leave(
            Membership.objects.get(group=group, user=late.user if what == "asker left" else alice.user)
        )

    assert state_of(read_request) == RequestState.CLOSED
    assert pending_count(alice.user) == 0


def test_a_deleted_post_takes_its_requests_along(
    post: Post, read_request: ReadRequest, alice: Person
) -> None:
    assert pending_count(alice.user) == 1

    publishing.delete(post)

    assert pending_count(alice.user) == 0


def test_a_withdrawn_grant_takes_the_key_away(
    post: Post, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert late.reads(post) is not None

    answers.withdraw_grant(read_request)

    assert late.reads(post) is None
    assert state_of(read_request) == RequestState.CLOSED


def test_a_grant_that_does_not_open_the_post_is_deleted_and_waits_again(
    post: Post, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    wrong = {fingerprint: bytes(1168) for fingerprint in alice.rewraps(read_request)}
    answers.approve(read_request, keys=wrong)
    (fingerprint,) = wrong

    answers.report_wrong(read_request, fingerprints=[fingerprint])

    assert state_of(read_request) == RequestState.PENDING
    assert not Post.objects.readable_by(late.user).exists()
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert late.reads(post) is not None


def test_only_a_granted_request_can_be_reported(read_request: ReadRequest, late: Person) -> None:
    fingerprint = late.user.public_keys.get().fingerprint
    answers.reject(read_request)

    with pytest.raises(AlreadyAnswered):
        answers.report_wrong(read_request, fingerprints=[fingerprint])

    assert state_of(read_request) == RequestState.REJECTED


def test_requests_of_other_groups_and_people_are_in_nobodys_list(
    read_request: ReadRequest, alice: Person, bob: Person
) -> None:
    dave = make_person("Dave")
    assert list(ReadRequest.objects.to_answer_by(alice.user)) == [read_request]

    assert not ReadRequest.objects.to_answer_by(bob.user).exists()
    assert not ReadRequest.objects.to_answer_by(dave.user).exists()
    assert not ReadRequest.objects.made_by(alice.user).exists()
