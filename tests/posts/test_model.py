"""Random interleavings of all that can happen to read requests, held against a model of a few sets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

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

PEOPLE = 4
MOST_KEYS = 12
(SIZE,) = WRAPPED_SIZES["x-wing"]
WRAPPED = bytes(SIZE)

some = st.integers(min_value=0, max_value=10**6)
someone = st.integers(min_value=0, max_value=PEOPLE - 1)


@cache
def key_pool() -> list[public_keys.PublicKey]:
    """Public keys to hand out: making them costs more than all the rest."""
    return [public_key_of(generate_private_key()) for _ in range(MOST_KEYS)]


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


class Requests(RuleBasedStateMachine):
    """Every step is done twice: in the database by the domain's functions, and in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model = Model()
        self.people = [
            User.objects.create(email=f"{uuid4().hex}@example.org", name=f"Person {number}")
            for number in range(PEOPLE)
        ]
        self.group = groups.create("Walkers", owner=self.people[0])
        self.model.members.add(self.people[0].pk)
        for person in self.people:
            self.model.active[person.pk] = set()
            self._add_key(person)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- What people do ---

    @rule(who=someone)
    def join(self, who: int) -> None:
        members.join(self.group, user=self.people[who])
        self.model.members.add(self.people[who].pk)

    @rule(who=someone)
    def leave(self, who: int) -> None:
        person = self.people[who]
        membership = Membership.objects.filter(group=self.group, user=person).first()
        if who == 0 or membership is None:
            return
        members.leave(membership)
        model, pk = self.model, person.pk
        model.members.discard(pk)
        mine = set(PublicKey.objects.filter(user=person).values_list("pk", flat=True))
        model.forget(lambda post, key: key in mine)
        model.close(lambda post, asker: asker == pk, states={"pending", "approved"})
        model.close(lambda post, asker: model.authors[post] == pk, states={"pending"})

    @rule(who=someone)
    def add_key(self, who: int) -> None:
        if PublicKey.objects.filter(user=self.people[who]).count() < MOST_KEYS:
            self._add_key(self.people[who])

    @rule(who=someone, number=some)
    def revoke(self, who: int, number: int) -> None:
        person = self.people[who]
        active = list(PublicKey.objects.active().filter(user=person).order_by("pk"))
        if not active:
            return
        public_key = active[number % len(active)]
        keys.revoke(public_key)
        model = self.model
        model.active[person.pk].discard(public_key.pk)
        model.forget(lambda post, key: key == public_key.pk)
        model.close(
            lambda post, asker: asker == person.pk and not model.pinned[post, asker] & model.active[asker],
            states={"pending", "approved"},
        )

    @rule(who=someone)
    def publish(self, who: int) -> None:
        person, model = self.people[who], self.model
        if person.pk not in model.members or len(model.authors) > 4:
            return
        recipients = [key for member in model.members for key in model.active[member]]
        sealed = {"nonce": b"", "ciphertext": b"", "key_commitment": b""}
        post = Post.objects.create(
            uid=uuid4(), group=self.group, author=person, title="A post", state=State.PUBLISHED,
            published_at=timezone.now(), **sealed,
        )  # fmt: skip
        PostKey.objects.bulk_create(
            PostKey(post=post, public_key_id=key, wrapped_key=WRAPPED) for key in recipients
        )
        model.authors[post.pk] = person.pk
        model.wrapped |= {(post.pk, key) for key in recipients}

    @precondition(lambda self: self.model.authors)
    @rule(number=some)
    def delete(self, number: int) -> None:
        post = self._post(number)
        pk, model = post.pk, self.model
        publishing.delete(post)
        model.forget(lambda deleted, key: deleted == pk)
        del model.authors[pk]
        for request in [request for request in model.states if request[0] == pk]:
            del model.states[request]

    # --- What they ask, and are answered ---

    @precondition(lambda self: self.model.authors)
    @rule(who=someone, number=some)
    def ask(self, who: int, number: int) -> None:
        post, asker, model = self._post(number), self.people[who], self.model
        request = (post.pk, asker.pk)
        is_allowed = model.may_ask(*request) or model.states.get(request) == "pending"
        try:
            _, is_new = read_requests.ask(post, asker=asker)
        except (CannotAsk, NotAMember):
            assert not is_allowed
        else:
            assert is_allowed
            assert is_new == (model.states.get(request) != "pending")
            if is_new:
                model.states[request] = "pending"
                model.pinned[request] = set(model.active[asker.pk])

    @precondition(lambda self: self.model.states)
    @rule(number=some)
    def withdraw(self, number: int) -> None:
        self._answer(number, read_requests.withdraw, "withdrawn")

    @precondition(lambda self: self.model.states)
    @rule(number=some)
    def reject(self, number: int) -> None:
        request = self._answer(number, answers.reject, "rejected")
        if request:
            self.model.refused_lately.add(request)

    @rule()
    def let_a_week_pass(self) -> None:
        ReadRequest.objects.filter(answered_at__isnull=False).update(
            answered_at=timezone.now() - 2 * PAUSE_AFTER_REFUSAL
        )
        self.model.refused_lately.clear()

    @precondition(lambda self: self.model.states)
    @rule(number=some)
    def approve(self, number: int) -> None:
        def approve(read_request: ReadRequest) -> None:
            wrapped = {key.fingerprint: WRAPPED for key in read_request.public_keys.active()}
            answers.approve(read_request, keys=wrapped)

        request = self._answer(number, approve, "approved")
        if request:
            post, asker = request
            new = {
                (post, key) for key in self.model.pinned[request] & self.model.active[asker]
            } - self.model.wrapped
            self.model.wrapped |= new
            self.model.granted |= new

    @precondition(lambda self: self.model.states)
    @rule(number=some)
    def withdraw_grant(self, number: int) -> None:
        read_request, request = self._request(number)
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

    @precondition(lambda self: self.model.states)
    @rule(number=some)
    def report(self, number: int) -> None:
        read_request, request = self._request(number)
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
            is_muted = (model.authors[post], asker) in model.muted
            model.states[request] = "closed" if is_muted else "pending"

    @rule(who=someone, whom=someone)
    def mute(self, who: int, whom: int) -> None:
        author, asker, model = self.people[who].pk, self.people[whom].pk, self.model
        mutes.mute(self.people[who], asker=self.people[whom])
        model.muted.add((author, asker))
        for request in model.waiting_for(author):
            if request[1] == asker:
                model.states[request] = "rejected"
                model.refused_lately.add(request)

    @rule(who=someone, whom=someone)
    def unmute(self, who: int, whom: int) -> None:
        mutes.unmute(self.people[who], asker=self.people[whom])
        self.model.muted.discard((self.people[who].pk, self.people[whom].pk))

    # --- What has to be true after every step ---

    @invariant()
    def everybody_reads_what_the_model_says(self) -> None:
        for person in self.people:
            readable = set(Post.objects.readable_by(person).values_list("pk", flat=True))
            assert readable == self.model.readable_by(person.pk)
            listed = set(Post.objects.listed_for(person).values_list("pk", flat=True))
            assert listed == (set(self.model.authors) if person.pk in self.model.members else set())

    @invariant()
    def every_request_is_where_the_model_says(self) -> None:
        rows = ReadRequest.objects.values_list("post", "asker", "state")
        assert {(post, asker): state for post, asker, state in rows} == self.model.states
        for person in self.people:
            waiting = ReadRequest.objects.to_answer_by(person).pending().values_list("post", "asker")
            assert set(waiting) == self.model.waiting_for(person.pk)

    @invariant()
    def keys_are_wrapped_as_the_model_says(self) -> None:
        rows = list(PostKey.objects.values_list("post", "public_key", "granted_at"))
        assert {(post, key) for post, key, _ in rows} == self.model.wrapped
        assert {(post, key) for post, key, granted_at in rows if granted_at} == self.model.granted

    # --- How ---

    def _add_key(self, person: User) -> None:
        taken = PublicKey.objects.filter(user=person).count()
        public_key = keys.add(person, public_key=key_pool()[taken])
        self.model.active[person.pk].add(public_key.pk)

    def _post(self, number: int) -> Post:
        pks = sorted(self.model.authors)
        return Post.objects.select_related("group", "author").get(pk=pks[number % len(pks)])

    def _request(self, number: int) -> tuple[ReadRequest, tuple[int, int]]:
        requests = sorted(self.model.states)
        post, asker = requests[number % len(requests)]
        return ReadRequest.objects.with_people().get(post=post, asker=asker), (post, asker)

    def _answer(
        self, number: int, answer: Callable[[ReadRequest], object], state: str
    ) -> tuple[int, int] | None:
        """Answer a request; None, and nothing may have changed, if it did not wait."""
        read_request, request = self._request(number)
        try:
            answer(read_request)
        except AlreadyAnswered as answered:
            if answered.state != self.model.states[request] or answered.state == "pending":
                raise
            return None
        assert self.model.states[request] == "pending"
        self.model.states[request] = state
        return request


@pytest.mark.django_db
def test_the_database_never_disagrees_with_the_model() -> None:
    run_state_machine_as_test(
        Requests,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
