"""Who changes what they have while a worker wraps for them, at the same moment: the rules of recipients.py, one by one.

Each is tried in both orders, on connections of their own, for a post in batches and for one of a single transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from accounts.domain import keys, users
from groups.domain import groups, members
from groups.models import Group, Membership
from posts.domain import answers, fanout, publishing, read_requests, recipients
from posts.models import KeyBatch, Post, PostKey, State
from tests.cast import Person
from tests.elsewhere import elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = ["in batches", "at once"]
ENDINGS = ["revocation", "leaving", "removal", "end of account"]


@dataclass
class Stage:
    """Alice's post, about to be wrapped for Bob: what the worker does for that, and who may come between."""

    post: Post
    wrap: Callable[[], None]
    group: Group
    alice: Person
    bob: Person

    def end(self, how: str) -> None:
        """Bob has no key or no membership any more."""
        of_bob = Membership.objects.select_related("group", "user").get(group=self.group, user=self.bob.user)
        if how == "revocation":
            keys.revoke(self.bob.user.public_keys.get())
        elif how == "leaving":
            members.leave(of_bob)
        elif how == "removal":
            members.remove(of_bob, by=Membership.objects.get(group=self.group, user=self.alice.user))
        else:
            users.delete(self.bob.user)

    @property
    def outcome(self) -> tuple[str | None, list[str]]:
        """The post's state, None if it is gone, and whose keys it is wrapped for."""
        state = Post.objects.filter(pk=self.post.pk).values_list("state", flat=True).first()
        wrapped = PostKey.objects.filter(post=self.post.pk).order_by("public_key_id")
        return state, list(wrapped.values_list("public_key__user__name", flat=True))


@pytest.fixture(params=WAYS)
def stage(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    alice: Person,
    bob: Person,
    group: Group,
) -> Stage:
    post = alice.submit(group)
    if request.param == "at once":
        return Stage(post, lambda: publishing.encrypt(post.pk), group, alice, bob)
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    publishing.encrypt(post.pk)
    first, last = KeyBatch.objects.order_by("pk")
    fanout.wrap_batch(first.pk)
    return Stage(post, lambda: fanout.wrap_batch(last.pk), group, alice, bob)


@pytest.mark.parametrize("how", ENDINGS)
def test_who_ends_first_gets_nothing(how: str, stage: Stage) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            stage.end(how)
            wrapped = run(stage.wrap)
            wait_until_blocked()
        wrapped.result()

    assert stage.outcome == (State.PUBLISHED, ["Alice"])


@pytest.mark.parametrize("how", ENDINGS)
def test_who_ends_second_loses_what_was_just_wrapped(how: str, stage: Stage) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            stage.wrap()
            ended = run(stage.end, how)
            wait_until_blocked()
        ended.result()

    assert stage.outcome == (State.PUBLISHED, ["Alice"])


def test_who_leaves_and_comes_back_meanwhile_gets_nothing(stage: Stage) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            stage.end("leaving")
            members.join(stage.group, user=stage.bob.user)
            wrapped = run(stage.wrap)
            wait_until_blocked()
        wrapped.result()

    assert stage.outcome == (State.PUBLISHED, ["Alice"])


def test_who_joins_meanwhile_or_adds_a_key_gets_nothing_and_nobody_waits(stage: Stage, carol: Person) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            members.join(stage.group, user=carol.user)
            run(stage.wrap).result(timeout=10)
        carol.add_key("Tablet")

    assert stage.outcome == (State.PUBLISHED, ["Alice", "Bob"])


@pytest.mark.parametrize("what", ["post", "group"])
def test_what_is_deleted_first_is_wrapped_for_nobody(what: str, stage: Stage) -> None:
    with elsewhere() as run, transaction.atomic():
        publishing.delete(_again(stage.post)) if what == "post" else groups.delete(stage.group)
        # Its work is in the hands of whoever deletes it: nothing to do, nothing to wait for.
        run(stage.wrap).result(timeout=10)

    assert stage.outcome == (None, [])


@pytest.mark.parametrize("what", ["post", "group"])
def test_what_is_deleted_second_takes_its_keys_along(what: str, stage: Stage) -> None:
    same = _again(stage.post)

    with elsewhere() as run:
        with transaction.atomic():
            stage.wrap()
            deleted = run(publishing.delete, same) if what == "post" else run(groups.delete, stage.group)
            wait_until_blocked()
        deleted.result()

    assert stage.outcome == (None, [])


def test_the_same_work_in_two_workers_is_done_once_and_neither_waits(stage: Stage) -> None:
    with elsewhere() as run, transaction.atomic():
        stage.wrap()
        run(stage.wrap).result(timeout=10)

    assert stage.outcome == (State.PUBLISHED, ["Alice", "Bob"])


# --- What only happens in batches ---

in_batches = pytest.mark.parametrize("stage", ["in batches"], indirect=True)


@in_batches
def test_a_key_granted_first_stays_and_the_batch_goes_on(stage: Stage) -> None:
    read_request, _ = read_requests.ask(_again(stage.post), asker=stage.bob.user)
    granted = stage.alice.rewraps(read_request)

    with elsewhere() as run:
        with transaction.atomic():
            answers.approve(read_request, keys=granted)
            wrapped = run(stage.wrap)
            wait_until_blocked()
        wrapped.result()

    assert stage.outcome == (State.PUBLISHED, ["Alice", "Bob"])
    kept = PostKey.objects.get(post=stage.post, public_key__user=stage.bob.user)
    assert bytes(kept.wrapped_key) in granted.values()


@in_batches
def test_a_key_granted_second_finds_the_one_of_the_batch(stage: Stage) -> None:
    read_request, _ = read_requests.ask(_again(stage.post), asker=stage.bob.user)
    granted = stage.alice.rewraps(read_request)

    with elsewhere() as run:
        with transaction.atomic():
            stage.wrap()
            approved = run(answers.approve, read_request, keys=granted)
            wait_until_blocked()
        approved.result()

    assert stage.outcome == (State.PUBLISHED, ["Alice", "Bob"])
    assert stage.bob.reads(stage.post) is not None


@in_batches
def test_of_two_last_batches_at_once_one_publishes(stage: Stage, carol: Person) -> None:
    members.join(stage.group, user=carol.user)
    post = stage.alice.submit(stage.group)
    publishing.encrypt(post.pk)
    first, second, third = KeyBatch.objects.filter(post=post).order_by("pk")
    fanout.wrap_batch(first.pk)

    with elsewhere() as run:
        with transaction.atomic():
            fanout.wrap_batch(second.pk)
            last = run(fanout.wrap_batch, third.pk)
            wait_until_blocked()
        last.result()

    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
    assert PostKey.objects.filter(post=post).count() == 3


def _again(post: Post) -> Post:
    return Post.objects.select_related("group", "author").get(pk=post.pk)


def test_two_workers_that_find_the_same_key_unusable_both_go_on(
    alice: Person, bob: Person, group: Group
) -> None:
    broken = bob.user.public_keys.get()
    # Of low order: it loads, and fails at the first wrapping.
    broken.der = bytes(broken.der)[:-32] + bytes(32)
    broken.save()
    one, other = alice.submit(group), alice.submit(group)

    with elsewhere() as run:
        with transaction.atomic():
            # Both hold it shared before either finds out.
            recipients.lock(one, [broken.pk])
            encrypted = run(publishing.encrypt, other.pk)
            wait_until_blocked()
            publishing.encrypt(one.pk)
        encrypted.result()

    assert set(Post.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert {key.public_key.user for key in PostKey.objects.select_related("public_key__user")} == {alice.user}
    broken.refresh_from_db()
    assert broken.unusable_at is not None
