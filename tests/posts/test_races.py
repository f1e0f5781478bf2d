"""Answers and what they depend on, at the same moment: real transactions on connections of their own."""

import random
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

import pytest
from django.db import transaction

from accounts.domain import keys, users
from accounts.models import User
from groups.domain import members
from groups.domain.members import NotAMember
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, obstacles, publishing, read_requests
from posts.domain.obstacles import CannotAsk
from posts.domain.request_moves import AlreadyAnswered
from posts.models import Post, PostKey, ReadRequest, RequestState
from tests.cast import Person
from tests.elsewhere import elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)

Rival = Callable[[], object]


@dataclass
class Stage:
    """A request that waits, and those who could end it."""

    read_request: ReadRequest
    post: Post
    group: Group
    alice: Person
    late: Person

    def rival(self, name: str) -> Rival:
        membership = Membership.objects.get(group=self.group, user=self.late.user)
        moderator = Membership.objects.get(group=self.group, user=self.alice.user)
        rivals: dict[str, Rival] = {
            "revocation": lambda: keys.revoke(self.late.user.public_keys.get()),
            "leaving": lambda: members.leave(membership),
            "removal": lambda: members.remove(membership, by=moderator),
            "deletion": lambda: publishing.delete(self.post),
            "refusal": lambda: answers.reject(self.read_request),
            "withdrawal": lambda: read_requests.withdraw(self.read_request),
            "muting": lambda: mutes.mute(self.alice.user, asker=self.late.user),
            "end of account": lambda: users.delete(self.late.user),
        }
        return rivals[name]

    @property
    def outcome(self) -> tuple[str | None, int]:
        """The request's state, None if it is gone, and how many keys of the asker the post is wrapped for."""
        state = ReadRequest.objects.filter(pk=self.read_request.pk).values_list("state", flat=True).first()
        return state, PostKey.objects.filter(post=self.post.pk, public_key__user=self.late.user.pk).count()


@pytest.fixture
def stage(read_request: ReadRequest, post: Post, group: Group, alice: Person, late: Person) -> Stage:
    return Stage(read_request, post, group, alice, late)


T = TypeVar("T")


def error_of(future: "Future[T]") -> str:
    error = future.exception()
    return type(error).__name__ if error else ""


# What the rival leaves behind when it was first, and when the approval was.
RIVALS = {
    "revocation": ((RequestState.CLOSED, 0), (RequestState.CLOSED, 0)),
    "leaving": ((RequestState.CLOSED, 0), (RequestState.CLOSED, 0)),
    "removal": ((RequestState.CLOSED, 0), (RequestState.CLOSED, 0)),
    "deletion": ((None, 0), (None, 0)),
    "refusal": ((RequestState.REJECTED, 0), (RequestState.APPROVED, 1)),
    "withdrawal": ((RequestState.WITHDRAWN, 0), (RequestState.APPROVED, 1)),
    "muting": ((RequestState.REJECTED, 0), (RequestState.APPROVED, 1)),
    "end of account": ((None, 0), (None, 0)),
}


@pytest.mark.parametrize("name", RIVALS)
def test_an_approval_that_comes_second_changes_nothing(name: str, stage: Stage) -> None:
    wrapped = stage.alice.rewraps(stage.read_request)
    rival = stage.rival(name)

    with elsewhere() as run:
        with transaction.atomic():
            rival()
            approval = run(answers.approve, stage.read_request, keys=wrapped)
            wait_until_blocked()

        assert error_of(approval) == "AlreadyAnswered"
    assert stage.outcome == RIVALS[name][0]


@pytest.mark.parametrize("name", RIVALS)
def test_what_comes_after_an_approval_finds_the_wrapped_key(name: str, stage: Stage) -> None:
    wrapped = stage.alice.rewraps(stage.read_request)
    rival = stage.rival(name)

    with elsewhere() as run:
        with transaction.atomic():
            answers.approve(stage.read_request, keys=wrapped)
            second = run(rival)
            wait_until_blocked()

        assert error_of(second) == ("AlreadyAnswered" if name in {"refusal", "withdrawal"} else "")
    assert stage.outcome == RIVALS[name][1]


def test_what_an_author_grants_as_they_leave_stays_granted(stage: Stage) -> None:
    wrapped = stage.alice.rewraps(stage.read_request)
    author = owned_by_another(stage.group, stage.alice.user)

    with elsewhere() as run:
        with transaction.atomic():
            answers.approve(stage.read_request, keys=wrapped)
            leaving = run(members.leave, author)
            wait_until_blocked()

        assert error_of(leaving) == ""
    assert stage.outcome == (RequestState.APPROVED, 1)


def test_of_many_answers_at_once_exactly_one_counts(stage: Stage) -> None:
    wrapped = stage.alice.rewraps(stage.read_request)

    with elsewhere() as run:
        tries = [run(answers.approve, stage.read_request, keys=wrapped) for _ in range(4)]
        tries += [run(answers.reject, stage.read_request) for _ in range(4)]

    errors = sorted(error_of(each) for each in tries)
    assert errors == ["", *7 * ["AlreadyAnswered"]]
    assert stage.outcome in {(RequestState.APPROVED, 1), (RequestState.REJECTED, 0)}


def test_of_two_approvals_at_once_the_wrapped_keys_of_the_first_stay(stage: Stage) -> None:
    first, second = stage.alice.rewraps(stage.read_request), stage.alice.rewraps(stage.read_request)
    assert first != second

    with elsewhere() as run:
        with transaction.atomic():
            answers.approve(stage.read_request, keys=first)
            late = run(answers.approve, stage.read_request, keys=second)
            wait_until_blocked()

        assert error_of(late) == "AlreadyAnswered"
    kept = PostKey.objects.get(post=stage.post, public_key__user=stage.late.user)
    assert [bytes(kept.wrapped_key)] == list(first.values())


def test_an_approval_that_races_with_the_revocation_of_one_of_its_keys_changes_nothing(
    post: Post, alice: Person, late: Person
) -> None:
    tablet = late.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=late.user)
    both = alice.rewraps(read_request)
    assert len(both) == 2

    with elsewhere() as run:
        with transaction.atomic():
            keys.revoke(tablet)
            approval = run(answers.approve, read_request, keys=both)
            wait_until_blocked()

        assert error_of(approval) == "WrongKeys"
    assert ReadRequest.objects.get().state == RequestState.PENDING
    assert not PostKey.objects.filter(post=post, public_key__user=late.user).exists()


def test_two_requests_for_one_post_are_granted_side_by_side(stage: Stage, mallory: Person) -> None:
    members.join(stage.group, user=mallory.user)
    other, _ = read_requests.ask(stage.post, asker=mallory.user)
    first, second = stage.alice.rewraps(stage.read_request), stage.alice.rewraps(other)

    with elsewhere() as run, transaction.atomic():
        answers.approve(stage.read_request, keys=first)
        # It does not wait for us.
        run(answers.approve, other, keys=second).result(timeout=10)

    assert PostKey.objects.filter(post=stage.post, granted_at__isnull=False).count() == 2


# --- Asking ---


def owned_by_another(group: Group, user: User) -> Membership:
    """The membership of an owner, who is now free to leave."""
    heir = Membership.objects.filter(group=group).exclude(user=user)[0]
    members.change_role(heir, role=Role.OWNER)
    return Membership.objects.select_related("group", "user").get(group=group, user=user)


def test_many_clicks_are_one_request(post: Post, late: Person) -> None:
    with elsewhere() as run:
        asked = [run(read_requests.ask, post, asker=late.user) for _ in range(8)]

    assert sorted(each.result()[1] for each in asked) == [*7 * [False], True]
    assert ReadRequest.objects.count() == 1


def test_the_limit_holds_when_much_is_asked_at_once(
    monkeypatch: pytest.MonkeyPatch, alice: Person, carol: Person, group: Group
) -> None:
    monkeypatch.setattr(obstacles, "MOST_WAITING", 3)
    posts = [alice.publish(group, title=f"Post {number}") for number in range(6)]
    members.join(group, user=carol.user)

    with elsewhere() as run:
        asked = [run(read_requests.ask, post, asker=carol.user) for post in posts]

    assert sorted(error_of(each) for each in asked) == ["", "", "", *3 * ["TooManyWaiting"]]
    assert ReadRequest.objects.pending().count() == 3


@pytest.mark.parametrize(
    ("what", "error"),
    [("key", "NoActiveKey"), ("membership", "NotAMember"), ("author", "AuthorGone"), ("post", "PostGone")],
)
def test_who_asks_with_what_is_just_ending_asks_for_nothing(
    what: str, error: str, post: Post, late: Person, group: Group
) -> None:
    membership = Membership.objects.get(group=group, user=late.user)
    authors = owned_by_another(group, post.author)
    # Deleting one in Python takes its pk away.
    same = Post.objects.select_related("group", "author").get(pk=post.pk)

    with elsewhere() as run:
        with transaction.atomic():
            if what == "key":
                keys.revoke(late.user.public_keys.get())
            elif what == "membership":
                members.leave(membership)
            elif what == "author":
                members.leave(authors)
            else:
                publishing.delete(same)
            asked = run(read_requests.ask, post, asker=late.user)
            wait_until_blocked()

        assert error_of(asked) == error
    assert not ReadRequest.objects.exists()


@pytest.mark.parametrize("what", ["key", "membership", "author", "post"])
def test_what_ends_just_after_the_question_closes_it(
    what: str, post: Post, late: Person, group: Group
) -> None:
    membership = Membership.objects.get(group=group, user=late.user)
    authors = owned_by_another(group, post.author)
    ends: dict[str, Rival] = {
        "author": lambda: members.leave(authors),
        "key": lambda: keys.revoke(late.user.public_keys.get()),
        "membership": lambda: members.leave(membership),
        "post": lambda: publishing.delete(post),
    }

    with elsewhere() as run:
        with transaction.atomic():
            read_requests.ask(post, asker=late.user)
            ended = run(ends[what])
            wait_until_blocked()

        assert error_of(ended) == ""
    states = list(ReadRequest.objects.values_list("state", flat=True))
    assert states == ([] if what == "post" else [RequestState.CLOSED])


# --- Everything at once ---

EXPECTED = (
    AlreadyAnswered,
    CannotAsk,
    NotAMember,
    answers.NothingGranted,
    answers.WrongKeys,
    read_requests.PostGone,
    ReadRequest.DoesNotExist,
)


def test_nothing_waits_for_ever_whatever_happens_at_once(
    monkeypatch: pytest.MonkeyPatch, alice: Person, bob: Person, carol: Person, group: Group
) -> None:
    """Each step is small; together they take the same rows in every order that the site knows."""
    monkeypatch.setattr(obstacles, "MOST_TIMES", 10_000)
    for author in (alice, bob, alice, bob):
        author.publish(group)
    posts = list(Post.objects.select_related("group", "author"))
    members.join(group, user=carol.user)
    choose = random.Random(7)  # noqa: S311

    def some_request() -> ReadRequest:
        return (
            choose.choice(list(ReadRequest.objects.with_people()))
            if ReadRequest.objects.exists()
            else _none()
        )

    def approve() -> None:
        read_request = some_request()
        author = alice if read_request.post.author == alice.user else bob
        answers.approve(read_request, keys=author.rewraps(read_request))

    def report() -> None:
        read_request = some_request()
        answers.report_wrong(
            read_request, fingerprints=[key.fingerprint for key in read_request.public_keys.all()]
        )

    def change_key() -> None:
        active = carol.user.public_keys.active()
        if active.count() > 1:
            keys.revoke(active.order_by("?")[0])
        else:
            carol.add_key()

    def come_and_go() -> None:
        membership = (
            Membership.objects.filter(group=group, user=carol.user).select_related("group", "user").first()
        )
        if membership:
            members.leave(membership)
        members.join(group, user=carol.user)

    def mute() -> None:
        author = choose.choice([alice.user, bob.user])
        mutes.mute(author, asker=carol.user)
        mutes.unmute(author, asker=carol.user)

    def ask() -> None:
        # As if the week was over.
        ReadRequest.objects.filter(state=RequestState.REJECTED).update(answered_at=None)
        read_requests.ask(choose.choice(posts), asker=carol.user)

    steps: list[Rival] = [
        ask,
        ask,
        lambda: read_requests.ask_all(group, asker=carol.user),
        approve,
        approve,
        report,
        lambda: answers.reject(some_request()),
        lambda: answers.withdraw_grant(some_request()),
        lambda: read_requests.withdraw(some_request()),
        change_key,
        come_and_go,
        mute,
        lambda: alice.publish(group),
    ]

    def endlessly(number: int) -> list[str]:
        unexpected = []
        for _ in range(25):
            step = choose.choice(steps)
            try:
                step()
            except EXPECTED:
                pass
            except Exception as error:
                unexpected.append(repr(error))
        return unexpected

    with elsewhere() as run:
        done = [run(endlessly, number) for number in range(4)]
        last = run(publishing.delete, posts[0])

    assert [error for each in done for error in each.result()] == []
    assert last.result() is None
    _agree(carol.user)


def _none() -> ReadRequest:
    raise ReadRequest.DoesNotExist


def _agree(asker: User) -> None:
    """Nothing is granted to who is not a member or by a key that is not active, and nothing waits without a key."""
    active = asker.public_keys.active()
    granted = PostKey.objects.filter(public_key__user=asker)
    assert not granted.exclude(public_key__in=active).exists()
    pending = ReadRequest.objects.pending().filter(asker=asker)
    assert all(read_request.public_keys.active().exists() for read_request in pending)
