"""A content key for many: batches, their end, and who changes meanwhile."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import PublicKey
from groups.models import Group
from posts.models import Failure, KeyBatch, Post, PostKey, Revision, SealedDraft, State
from posts.publishing import fanout, posts
from posts.sealing import recipients, wrapped_keys
from secureblogs.crypto.public_keys import fingerprint
from tests.cast import Person
from tests.concurrently import concurrently, wait_until_blocked


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put one key into a batch, so that the cast of two already is a large group."""
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)


@pytest.fixture
def planned(alice: Person, group: Group) -> Post:
    """Alice's post, sealed, with a batch waiting for her key and one for Bob's."""
    post = alice.submit(group)
    posts.encrypt(post.current.pk)
    return Post.objects.get(pk=post.pk)


def test_a_large_group_waits_in_batches_which_never_read_the_content_with_its_key_sealed(planned):
    assert planned.state == State.ENCRYPTING
    assert KeyBatch.objects.filter(revision=planned.current).count() == 2
    assert planned.current.waiting_key is not None
    assert not SealedDraft.objects.filter(revision=planned.current).exists()

    with CaptureQueriesContext(connection) as queries:
        fanout.wrap_batch(KeyBatch.objects.all()[0].pk)

    assert [query["sql"] for query in queries if "ciphertext" in query["sql"]] == []


def test_who_is_in_an_early_batch_reads_while_others_wait_and_the_last_one_publishes(planned, alice, bob):
    fanout.wrap_batch(KeyBatch.objects.get(public_keys=[alice.user.public_keys.get().pk]).pk)

    assert alice.reads(planned) is not None
    assert bob.reads(planned) is None
    assert Post.objects.get(pk=planned.pk).state == State.ENCRYPTING

    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    post = Post.objects.get(pk=planned.pk)
    assert (post.state, post.current.waiting_key) == (State.PUBLISHED, None)
    assert alice.reads(post) == bob.reads(post)
    assert bob.reads(post) is not None


@pytest.mark.parametrize("is_its_own", [True, False])
def test_a_key_that_cannot_be_wrapped_for_is_marked_and_skipped(
    planned, alice, bob, is_its_own, django_capture_on_commit_callbacks
):
    broken = bob.user.public_keys.get()
    # Of low order: it loads, and fails at the first wrapping, or is not even that of the fingerprint. The check at an
    # upload refuses it.
    der = bytes(broken.der)[:-32] + bytes(32)
    PublicKey.objects.filter(pk=broken.pk).update(
        der=der, fingerprint=fingerprint(der).hex() if is_its_own else broken.fingerprint
    )
    with django_capture_on_commit_callbacks(execute=True):
        for batch in KeyBatch.objects.all():
            fanout.wrap_batch(batch.pk)

    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED
    assert alice.reads(planned) is not None
    assert PublicKey.objects.get(pk=broken.pk).unusable_at is not None


def test_a_batch_that_keeps_dying_fails_the_post_which_keeps_it_for_another_try(planned, bob):
    last = KeyBatch.objects.get(public_keys=[bob.user.public_keys.get().pk])
    KeyBatch.objects.filter(pk=last.pk).update(attempts=3)
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    failed = Post.objects.get(pk=planned.pk)
    assert (failed.state, failed.current.failure) == (State.FAILED, Failure.KEPT_FAILING)
    assert failed.current.waiting_key is not None

    posts.try_again(failed.current)
    fanout.wrap_batch(last.pk)
    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED
    assert bob.reads(planned) is not None


def test_a_batch_is_planned_for_each_so_many_keys_and_counts_them_all(alice, bob, group, monkeypatch):
    monkeypatch.setattr(fanout, "BATCH_SIZE", 2)
    bob.add_key("Tablet")
    post = alice.submit(group)
    posts.encrypt(post.current.pk)

    keys_of_members = PublicKey.objects.filter(user__in=[alice.user, bob.user])
    planned_keys = [pk for batch in KeyBatch.objects.all() for pk in batch.public_keys]
    assert sorted(len(batch.public_keys) for batch in KeyBatch.objects.all()) == [1, 2]
    assert sorted(planned_keys) == sorted(key.pk for key in keys_of_members)
    assert Post.objects.get(pk=post.pk).current.key_count == 3


def test_a_fault_of_the_database_is_no_attempt(planned, monkeypatch):
    batch = KeyBatch.objects.all()[0]

    def full(*_: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(wrapped_keys, "store", full)
    for _ in range(5):
        with pytest.raises(OperationalError):
            fanout.wrap_batch(batch.pk)

    assert KeyBatch.objects.get(pk=batch.pk).attempts == 0
    assert Post.objects.get(pk=planned.pk).state == State.ENCRYPTING


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_find_the_same_key_unusable_both_go_on(alice, bob, group, monkeypatch):
    monkeypatch.setattr(fanout, "BATCH_SIZE", 2)
    broken = bob.user.public_keys.get()
    broken.der = bytes(broken.der)[:-32] + bytes(32)
    broken.save()
    one, other = alice.submit(group), alice.submit(group)

    with concurrently() as run:
        with transaction.atomic():
            # Both hold the key shared before either finds out.
            recipients.lock(one.current, [broken.pk])
            encrypted = run(posts.encrypt, other.current.pk)
            wait_until_blocked()
            posts.encrypt(one.current.pk)
        encrypted.result()

    assert set(Revision.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert {key.public_key.user for key in PostKey.objects.select_related("public_key__user")} == {alice.user}
    broken.refresh_from_db()
    assert broken.unusable_at is not None


def test_a_key_that_was_granted_while_its_batch_waits_stays_as_it_is(planned, alice, bob):
    granted = PostKey.objects.create(
        revision=planned.current, public_key=bob.user.public_keys.get(), wrapped_key=b"granted"
    )
    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)

    assert PostKey.objects.get(pk=granted.pk).wrapped_key == b"granted"
    assert alice.reads(planned) is not None
    assert Post.objects.get(pk=planned.pk).state == State.PUBLISHED
