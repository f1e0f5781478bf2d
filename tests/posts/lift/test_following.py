"""Wherever an older account key is named its owner's newest is wrapped for, but never across a start from nothing."""

from base64 import b64decode
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Device, PublicKey
from groups.domain import members
from posts.models import KeyBatch, Post, PostKey
from posts.publishing import fanout, posts
from posts.requests import answering, asking
from secureblogs.crypto import wrapping
from secureblogs.crypto.documents import Document
from tests.account import Account
from tests.pages import signed_in
from tests.posts.lift.conftest import Browsers


@pytest.fixture
def planned(bobs, alice, group, monkeypatch) -> Post:
    """A post for which nothing is wrapped yet."""
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    post = alice.submit(group)
    posts.encrypt(post.current.pk)
    return Post.objects.get(pk=post.pk)


@pytest.fixture
def unused():
    """Nobody has used a device for so long that starting over waits for nothing."""

    def age():
        Device.objects.update(used_at=timezone.now() - timedelta(days=40))

    return age


def run(post: Post) -> Post:
    for batch in KeyBatch.objects.filter(revision=post.current):
        fanout.wrap_batch(batch.pk)
    return Post.objects.get(pk=post.pk)


def keys_of(bobs) -> list[int]:
    """The generations that something is wrapped for."""
    rows = PostKey.objects.filter(public_key__user=bobs.person.user).order_by("public_key")
    return list(rows.values_list("public_key__account_key__generation", flat=True))


def test_one_key_a_person_is_wrapped_for_and_no_own_key_that_is_not_signed(bobs, post, bob):
    PublicKey.objects.create(
        user=bob.user, algorithm="x-wing", der=b"", fingerprint="f" * 64, superseded_at=timezone.now()
    )

    assert keys_of(bobs) == [1]
    assert bob.reads(post) is not None


@pytest.mark.parametrize(
    ("lie", "is_wrapped"),
    [
        ({}, True),
        ({"signature": None}, False),
        ({"signature": bytes(64)}, False),
        ({"label": "Other"}, False),
        ({"generation": 1}, False),
        ({"generation": None}, False),
    ],
)
def test_an_own_key_is_wrapped_for_only_if_the_newest_account_key_vouches_for_it(
    bobs, alice, bob, group, lie, is_wrapped
):
    bobs.replace()
    half = wrapping.public_key_of(wrapping.generate_private_key())
    mark = half.fingerprint.hex()
    signed = {
        "label": "Script",
        "generation": 2,
        "signature": b64decode(bobs.account.own_signature(bobs.account.newest, mark, "Script")),
    }
    planted = PublicKey.objects.create(
        user=bob.user, algorithm=half.algorithm, der=half.der, fingerprint=mark, **{**signed, **lie}
    )

    post = alice.publish(group)

    assert PostKey.objects.filter(revision=post.current, public_key=planted).exists() == is_wrapped
    assert bob.reads(post) is not None


@pytest.mark.parametrize("times", [1, 2])
def test_a_batch_that_names_an_older_key_is_wrapped_for_the_newest(bobs, planned, bob, times):
    for _ in range(times):
        bobs.replace()

    post = run(planned)

    assert (post.state, keys_of(bobs)) == ("published", [1 + times])
    assert bob.reads(post) is not None


def test_a_batch_that_was_done_before_opens_with_the_older_key(bobs, planned, bob):
    post = run(planned)
    bobs.replace()

    assert keys_of(bobs) == [1]
    assert bob.reads(post) is not None


def test_a_batch_leads_to_no_key_that_started_over(bobs, planned, unused):
    unused()
    bobs.start_over()

    assert (run(planned).state, keys_of(bobs)) == ("published", [])


def test_a_batch_leads_from_no_revoked_key(bobs, planned):
    PublicKey.objects.filter(user=bobs.person.user).update(revoked_at=timezone.now())
    bobs.replace()

    assert (run(planned).state, keys_of(bobs)) == ("published", [])


def test_an_author_who_makes_a_first_account_key_reads_what_is_on_its_way(planned, alice):
    Browsers(alice, Account(alice.user)).make()

    assert alice.reads(run(planned)) == Document("Hello", "World")


def test_an_author_who_makes_a_first_account_key_reads_what_they_edit(alice, bob, group):
    post = alice.publish(group)
    alices = Browsers(alice, Account(alice.user))
    alices.make()
    newest = alices.account.newest

    after = alice.edit(post, account_key=newest)

    assert alice.reads(after) == bob.reads(after) == Document("Hello", "Moon")
    # It is wrapped for nothing else of hers.
    mine = PostKey.objects.filter(revision=after.current, public_key__user=alice.user)
    assert [each.public_key.fingerprint for each in mine] == [newest.fingerprint.hex()]


def test_a_request_follows_to_the_newest_key_and_is_granted_for_that(carols, post, alice, group, carol):
    members.join(group, user=carol.user)
    read_request, _ = asking.ask(post, asker=carol.user)
    carols.replace()

    material = signed_in(alice).get(f"/requests/{read_request.pk}.json").json()
    assert [key["fingerprint"] for key in material["public_keys"]] == [
        carols.account.newest.fingerprint.hex()
    ]
    assert [key["kind"] for key in material["public_keys"]] == ["account"]
    answering.approve(read_request, keys=alice.rewraps(read_request))

    assert carol.reads(post) is not None
    assert keys_of(carols) == [2]
    # What was granted outlasts the next key, too, and ends with the membership.
    carols.replace()
    read_request.refresh_from_db()
    assert (read_request.state, carol.reads(post) is not None) == ("approved", True)


def test_a_request_of_before_ends_when_its_asker_starts_over(carols, post, group, carol, unused):
    members.join(group, user=carol.user)
    read_request, _ = asking.ask(post, asker=carol.user)
    unused()

    carols.start_over()

    read_request.refresh_from_db()
    assert read_request.state == "closed"


def test_while_posts_are_moved_they_stay_readable_and_nobody_needs_to_ask(bobs, post, bob, browser):
    bobs.replace()

    seen = Post.objects.filter(pk=post.pk).with_access(bob.user).with_own_keys(bob.user).get()
    assert (seen.is_readable, seen.lacks_key) == (True, False)
    assert asking.status_of(post, asker=bob.user).missing == []
    envelope = browser.get(f"/posts/{post.uid}/envelope.json").json()
    assert [key["fingerprint"] for key in envelope["wrapped_keys"]] == [
        bobs.account.keys[0].fingerprint.hex()
    ]
