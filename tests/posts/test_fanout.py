"""A content key for many: batches, their end, and who changes meanwhile."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.domain import keys
from accounts.models import PublicKey
from groups.domain import members
from groups.models import Group, Membership
from posts.domain import fanout, publishing, wrapped_keys
from posts.models import Failure, KeyBatch, Post, PostKey, SealedDraft, State
from tests.cast import Person


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One key a batch, so that the cast of two already is a large group."""
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)


@pytest.fixture
def planned(alice: Person, group: Group) -> Post:
    """Alice's post, sealed, with a batch waiting for her key and one for Bob's."""
    post = alice.submit(group)
    publishing.encrypt(post.pk)
    return Post.objects.get(pk=post.pk)


def test_a_large_group_waits_in_batches_with_its_content_key_sealed(planned: Post) -> None:
    assert planned.state == State.ENCRYPTING
    assert KeyBatch.objects.filter(post=planned).count() == 2
    assert planned.waiting_key is not None
    assert not SealedDraft.objects.filter(post=planned).exists()


def test_who_is_in_an_early_batch_reads_while_others_wait(planned: Post, alice: Person, bob: Person) -> None:
    fanout.wrap_batch(KeyBatch.objects.get(public_keys=[alice.user.public_keys.get().pk]).pk)

    assert alice.reads(planned) is not None
    assert bob.reads(planned) is None
    assert Post.objects.get(pk=planned.pk).state == State.ENCRYPTING


def test_the_last_batch_destroys_the_waiting_key_and_publishes(
    planned: Post, alice: Person, bob: Person
) -> None:
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    post = Post.objects.get(pk=planned.pk)
    assert (post.state, post.waiting_key) == (State.PUBLISHED, None)
    assert alice.reads(post) == bob.reads(post)
    assert bob.reads(post) is not None


def test_a_batch_done_twice_changes_nothing(planned: Post) -> None:
    batch = KeyBatch.objects.all()[0]
    fanout.wrap_batch(batch.pk)
    before = list(PostKey.objects.values_list("public_key", "wrapped_key"))

    fanout.wrap_batch(batch.pk)

    assert list(PostKey.objects.values_list("public_key", "wrapped_key")) == before


def test_a_batch_never_reads_the_content(planned: Post) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        fanout.wrap_batch(KeyBatch.objects.all()[0].pk)

    assert [query["sql"] for query in queries if "ciphertext" in query["sql"]] == []


def test_a_key_revoked_while_its_batch_waits_gets_nothing(planned: Post, bob: Person) -> None:
    keys.revoke(bob.user.public_keys.get())
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    assert bob.reads(planned) is None
    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED


def test_a_member_removed_while_their_batch_waits_gets_nothing_even_after_coming_back(
    planned: Post, bob: Person, group: Group
) -> None:
    members.leave(Membership.objects.get(group=group, user=bob.user))
    members.join(group, user=bob.user)
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    assert bob.reads(planned) is None


def test_a_key_added_while_batches_wait_is_not_wrapped_for(planned: Post, bob: Person) -> None:
    tablet = bob.add_key("Tablet")
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    assert not PostKey.objects.filter(public_key=tablet).exists()


def test_a_key_that_cannot_be_wrapped_for_is_marked_and_skipped(
    planned: Post,
    alice: Person,
    bob: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    broken = bob.user.public_keys.get()
    # Of low order: it loads, and fails at the first wrapping. The check at an upload refuses it.
    PublicKey.objects.filter(pk=broken.pk).update(der=bytes(broken.der)[:-32] + bytes(32))
    with django_capture_on_commit_callbacks(execute=True):
        for batch in KeyBatch.objects.all():
            fanout.wrap_batch(batch.pk)

    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED
    assert alice.reads(planned) is not None
    assert PublicKey.objects.get(pk=broken.pk).unusable_at is not None


def test_a_batch_that_keeps_dying_fails_the_post_which_keeps_it_for_another_try(
    planned: Post, bob: Person
) -> None:
    last = KeyBatch.objects.get(public_keys=[bob.user.public_keys.get().pk])
    KeyBatch.objects.filter(pk=last.pk).update(attempts=3)
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    failed = Post.objects.get(pk=planned.pk)
    assert (failed.state, failed.failure) == (State.FAILED, Failure.KEPT_FAILING)
    assert failed.waiting_key is not None

    assert publishing.try_again(failed) is True
    fanout.wrap_batch(last.pk)
    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED
    assert bob.reads(planned) is not None


def test_a_key_that_was_granted_while_its_batch_waits_stays_as_it_is(
    planned: Post, alice: Person, bob: Person
) -> None:
    granted = PostKey.objects.create(
        post=planned, public_key=bob.user.public_keys.get(), wrapped_key=b"granted"
    )
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    assert PostKey.objects.get(pk=granted.pk).wrapped_key == b"granted"
    assert alice.reads(planned) is not None
    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED


def test_a_batch_is_planned_for_each_so_many_keys_and_counts_them_all(
    alice: Person, bob: Person, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "BATCH_SIZE", 2)
    bob.add_key("Tablet")
    post = alice.submit(group)
    publishing.encrypt(post.pk)

    keys_of_members = PublicKey.objects.filter(user__in=[alice.user, bob.user])
    planned_keys = [pk for batch in KeyBatch.objects.all() for pk in batch.public_keys]
    assert sorted(len(batch.public_keys) for batch in KeyBatch.objects.all()) == [1, 2]
    assert sorted(planned_keys) == sorted(key.pk for key in keys_of_members)
    assert Post.objects.get(pk=post.pk).key_count == 3


def test_a_fault_of_the_database_is_no_attempt(planned: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = KeyBatch.objects.all()[0]

    def full(*_: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(wrapped_keys, "store", full)
    for _ in range(5):
        with pytest.raises(OperationalError):
            fanout.wrap_batch(batch.pk)

    assert KeyBatch.objects.get(pk=batch.pk).attempts == 0
    assert Post.objects.get(pk=planned.pk).state == State.ENCRYPTING
