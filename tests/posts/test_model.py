"""Random interleavings of all that can happen to read requests, held against a model of a few sets."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.domain import keys
from accounts.models import PublicKey, User
from groups.domain import groups, members
from groups.domain.members import NotAMember
from groups.models import Membership
from posts.domain import answers, mutes, publishing, read_requests
from posts.domain.obstacles import PAUSE_AFTER_REFUSAL, CannotAsk
from posts.domain.request_moves import AlreadyAnswered
from posts.models import Post, PostKey, ReadRequest, State
from secureblogs.crypto import public_keys
from secureblogs.crypto.wrapping import WRAPPED_SIZES, generate_private_key, public_key_of

PEOPLE = 3
MOST_KEYS = 12
MOST_POSTS = 4
(SIZE,) = WRAPPED_SIZES["x-wing"]
WRAPPED = bytes(SIZE)

T = TypeVar("T")
Step = Callable[["Requests", User, int], None]


@cache
def key_pool() -> list[public_keys.PublicKey]:
    """Public keys to hand out: making them costs more than all the rest."""
    return [public_key_of(generate_private_key()) for _ in range(MOST_KEYS)]


def likely(fitting: list[T], everything: list[T], number: int) -> T:
    """Mostly one that fits, so that something comes of it; now and then any."""
    choice = fitting if fitting and number % 3 else everything
    return choice[number // 3 % len(choice)]


@dataclass
class Model:
    """What is true, in the words of the product: people, posts and keys are their pks."""

    members: set[int] = field(default_factory=set)
    active: dict[int, set[int]] = field(default_factory=dict)
    authors: dict[int, int] = field(default_factory=dict)
    # (post, key), and which of these came by a grant.
    wrapped: set[tuple[int, int]] = field(default_factory=set)
    granted: set[tuple[int, int]] = field(default_factory=set)
    # (post, asker) to state, and to the keys pinned.
    states: dict[tuple[int, int], str] = field(default_factory=dict)
    pinned: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    refused_lately: set[tuple[int, int]] = field(default_factory=set)
    muted: set[tuple[int, int]] = field(default_factory=set)

    def readable_by(self, person: int) -> set[int]:
        if person not in self.members:
            return set()
        return {post for post, key in self.wrapped if key in self.active[person]}

    def waiting_for(self, author: int) -> set[tuple[int, int]]:
        return {
            each
            for each, state in self.states.items()
            if state == "pending" and self.authors[each[0]] == author
        }

    def may_ask(self, post: int, asker: int) -> bool:
        wrapped = {key for key in self.active[asker] if (post, key) in self.wrapped}
        return (
            asker in self.members
            and wrapped != self.active[asker]
            and (self.authors[post] != asker or bool(wrapped))
            and self.authors[post] in self.members
            and (self.authors[post], asker) not in self.muted
            and not (self.states.get((post, asker)) == "rejected" and (post, asker) in self.refused_lately)
        )

    def forget(self, gone: Callable[[int, int], bool]) -> set[tuple[int, int]]:
        lost = {(post, key) for post, key in self.wrapped if gone(post, key)}
        self.wrapped -= lost
        self.granted -= lost
        return lost

    def close(self, concerned: Callable[[int, int], bool], *, states: set[str]) -> None:
        for (post, asker), state in self.states.items():
            if state in states and concerned(post, asker):
                self.states[post, asker] = "closed"


class Requests:
    """Every step is done twice: in the database by the domain's functions, and in the model."""

    def __init__(self) -> None:
        self.model = Model()
        self.people = [
            User.objects.create(email=f"{uuid4().hex}@example.org", name=f"Person {number}")
            for number in range(PEOPLE)
        ]
        # The owner only keeps the group, so that everybody else can come and go.
        self.group = groups.create("Walkers", owner=User.objects.create(email="o@example.org", name="Owner"))
        for person in self.people:
            self.model.active[person.pk] = set()
            self._add_key(person)
        # Two authors and one who may come late: from here on every step can matter.
        self._join(self.people[0])
        self._join(self.people[1])
        self._publish(self.people[0])
        self._publish(self.people[1])

    def take(self, step: Step, who: int, number: int) -> None:
        """One step, and then everything has to be true."""
        step(self, self.people[who], number)
        self.everybody_reads_what_the_model_says()
        self.every_request_is_where_the_model_says()
        self.keys_are_wrapped_as_the_model_says()

    # --- What people do ---

    def come_or_go(self, person: User, number: int) -> None:
        if person.pk in self.model.members:
            self._leave(person)
        else:
            self._join(person)

    def change_keys(self, person: User, number: int) -> None:
        active = list(PublicKey.objects.active().filter(user=person).order_by("pk"))
        if number % 3 and active:
            self._revoke(active[number % len(active)])
        elif PublicKey.objects.filter(user=person).count() < MOST_KEYS:
            self._add_key(person)

    def publish(self, person: User, number: int) -> None:
        if person.pk in self.model.members and len(self.model.authors) < MOST_POSTS:
            self._publish(person)

    def delete(self, person: User, number: int) -> None:
        if len(self.model.authors) < 2:
            return
        pks = sorted(self.model.authors)
        post = Post.objects.get(pk=pks[number % len(pks)])
        pk, model = post.pk, self.model
        publishing.delete(post)
        model.forget(lambda deleted, key: deleted == pk)
        del model.authors[pk]
        for request in [request for request in model.states if request[0] == pk]:
            del model.states[request]

    # --- What they ask, and are answered ---

    def ask(self, person: User, number: int) -> None:
        model = self.model
        everything = [(post, each.pk) for post in sorted(model.authors) for each in self.people]
        request = likely([each for each in everything if model.may_ask(*each)], everything, number)
        post = Post.objects.select_related("group", "author").get(pk=request[0])
        asker = User.objects.get(pk=request[1])
        is_waiting = model.states.get(request) == "pending"
        is_allowed = model.may_ask(*request) or is_waiting
        try:
            _, is_new = read_requests.ask(post, asker=asker)
        except (CannotAsk, NotAMember):
            assert not is_allowed
        else:
            assert (is_allowed, is_new) == (True, not is_waiting)
            if is_new:
                model.states[request] = "pending"
                model.pinned[request] = set(model.active[asker.pk])

    def approve(self, person: User, number: int) -> None:
        def approve(read_request: ReadRequest) -> None:
            wrapped = {key.fingerprint: WRAPPED for key in read_request.public_keys.active()}
            answers.approve(read_request, keys=wrapped)

        request = self._answer(number, approve, "approved")
        if request:
            post, asker = request
            pinned = {(post, key) for key in self.model.pinned[request] & self.model.active[asker]}
            self.model.granted |= pinned - self.model.wrapped
            self.model.wrapped |= pinned

    def reject(self, person: User, number: int) -> None:
        request = self._answer(number, answers.reject, "rejected")
        if request:
            self.model.refused_lately.add(request)

    def withdraw(self, person: User, number: int) -> None:
        self._answer(number, read_requests.withdraw, "withdrawn")

    def withdraw_grant(self, person: User, number: int) -> None:
        if not self.model.states:
            return
        read_request, request = self._request(number, "approved")
        post, asker = request
        model = self.model
        mine = set(PublicKey.objects.filter(user=asker).values_list("pk", flat=True))
        lost = {(granted, key) for granted, key in model.granted if granted == post and key in mine}
        try:
            answers.withdraw_grant(read_request)
        except answers.NothingGranted:
            assert not lost
            assert model.states[request] != "approved"
        else:
            assert lost or model.states[request] == "approved"
            model.wrapped -= lost
            model.granted -= lost
            model.close(lambda *other: other == request, states={"approved"})

    def report(self, person: User, number: int) -> None:
        if not self.model.states:
            return
        read_request, request = self._request(number, "approved")
        post, asker = request
        model = self.model
        lost = {(post, key) for key in model.pinned[request]} & model.granted
        fingerprints = [key.fingerprint for key in read_request.public_keys.all()]
        try:
            answers.report_wrong(read_request, fingerprints=fingerprints)
        except (AlreadyAnswered, answers.NothingGranted):
            assert model.states[request] != "approved" or not lost
        else:
            assert model.states[request] == "approved"
            model.wrapped -= lost
            model.granted -= lost
            author = model.authors[post]
            is_heard = author in model.members and (author, asker) not in model.muted
            model.states[request] = "pending" if is_heard else "closed"

    def let_a_week_pass(self, person: User, number: int) -> None:
        earlier = timezone.now() - 2 * PAUSE_AFTER_REFUSAL
        ReadRequest.objects.filter(answered_at__isnull=False).update(answered_at=earlier)
        self.model.refused_lately.clear()

    def mute_or_unmute(self, author: User, number: int) -> None:
        asker, model = self.people[number % PEOPLE], self.model
        pair = (author.pk, asker.pk)
        if pair in model.muted:
            mutes.unmute(author, asker=asker)
            model.muted.discard(pair)
            return
        mutes.mute(author, asker=asker)
        model.muted.add(pair)
        for request in model.waiting_for(author.pk):
            if request[1] == asker.pk:
                model.states[request] = "rejected"
                model.refused_lately.add(request)

    # --- What has to be true after every step ---

    def everybody_reads_what_the_model_says(self) -> None:
        for person in self.people:
            readable = set(Post.objects.readable_by(person).values_list("pk", flat=True))
            assert readable == self.model.readable_by(person.pk)

    def every_request_is_where_the_model_says(self) -> None:
        rows = ReadRequest.objects.values_list("post", "asker", "state")
        assert {(post, asker): state for post, asker, state in rows} == self.model.states

    def keys_are_wrapped_as_the_model_says(self) -> None:
        rows = list(PostKey.objects.values_list("post", "public_key", "granted_at"))
        assert {(post, key) for post, key, _ in rows} == self.model.wrapped
        assert {(post, key) for post, key, granted_at in rows if granted_at} == self.model.granted

    def lists_show_what_the_model_says(self) -> None:
        for person in self.people:
            waiting = ReadRequest.objects.to_answer_by(person).pending().values_list("post", "asker")
            assert set(waiting) == self.model.waiting_for(person.pk)
            listed = set(Post.objects.listed_for(person).values_list("pk", flat=True))
            assert listed == (set(self.model.authors) if person.pk in self.model.members else set())

    # --- How ---

    def _join(self, person: User) -> None:
        members.join(self.group, user=person)
        self.model.members.add(person.pk)

    def _leave(self, person: User) -> None:
        members.leave(Membership.objects.get(group=self.group, user=person))
        model, pk = self.model, person.pk
        model.members.discard(pk)
        mine = set(PublicKey.objects.filter(user=person).values_list("pk", flat=True))
        model.forget(lambda post, key: key in mine)
        model.close(lambda post, asker: asker == pk, states={"pending", "approved"})
        model.close(lambda post, asker: model.authors[post] == pk, states={"pending"})

    def _publish(self, person: User) -> None:
        model = self.model
        recipients = [key for member in model.members for key in model.active[member]]
        post = Post.objects.create(
            uid=uuid4(),
            group=self.group,
            author=person,
            title="A post",
            state=State.PUBLISHED,
            published_at=timezone.now(),
            nonce=b"",
            ciphertext=b"",
            key_commitment=b"",
        )
        PostKey.objects.bulk_create(
            PostKey(post=post, public_key_id=key, wrapped_key=WRAPPED) for key in recipients
        )
        model.authors[post.pk] = person.pk
        model.wrapped |= {(post.pk, key) for key in recipients}

    def _add_key(self, person: User) -> None:
        taken = PublicKey.objects.filter(user=person).count()
        public_key = keys.add(person, public_key=key_pool()[taken])
        self.model.active[person.pk].add(public_key.pk)

    def _revoke(self, public_key: PublicKey) -> None:
        keys.revoke(public_key)
        model, owner = self.model, public_key.user_id
        model.active[owner].discard(public_key.pk)
        model.forget(lambda post, key: key == public_key.pk)
        model.close(
            lambda post, asker: asker == owner and not model.pinned[post, asker] & model.active[asker],
            states={"pending", "approved"},
        )

    def _request(self, number: int, state: str) -> tuple[ReadRequest, tuple[int, int]]:
        states = self.model.states
        fitting = [request for request in sorted(states) if states[request] == state]
        request = likely(fitting, sorted(states), number)
        post, asker = request
        return ReadRequest.objects.with_people().get(post=post, asker=asker), request

    def _answer(
        self, number: int, answer: Callable[[ReadRequest], object], state: str
    ) -> tuple[int, int] | None:
        """Answer a request; None, and nothing may have changed, if it did not wait."""
        if not self.model.states:
            return None
        read_request, request = self._request(number, "pending")
        try:
            answer(read_request)
        except AlreadyAnswered as answered:
            if answered.state != self.model.states[request] or answered.state == "pending":
                raise
            return None
        assert self.model.states[request] == "pending"
        self.model.states[request] = state
        return request


STEPS: list[Step] = [
    Requests.come_or_go,
    Requests.change_keys,
    Requests.publish,
    Requests.delete,
    Requests.ask,
    Requests.ask,
    Requests.ask,
    Requests.approve,
    Requests.approve,
    Requests.reject,
    Requests.withdraw,
    Requests.withdraw_grant,
    Requests.report,
    Requests.let_a_week_pass,
    Requests.mute_or_unmute,
    Requests.mute_or_unmute,
]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(16))
def test_the_database_never_disagrees_with_the_model(seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311
    requests = Requests()
    for _ in range(60):
        step = choose.choice(STEPS)
        requests.take(step, choose.randrange(PEOPLE), choose.randrange(100))
    requests.lists_show_what_the_model_says()
