"""From a sealed draft to a published post, in the database."""

import uuid
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import AccountKey as AccountKeyRow
from groups.domain import groups, members
from groups.models import Membership
from posts.models import AlreadyMoved, Failure, Post, PostKey, Revision, SealedDraft, State
from posts.publishing import attempts, posts
from posts.sealing import sealing_keys
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.authors import check_author
from secureblogs.crypto.documents import MAX_BODY, Document, encode_document
from secureblogs.crypto.frames import Frame, encode_frame
from secureblogs.crypto.padding import pad
from tests.account import Account
from tests.cast import make_person, sealed_draft
from tests.concurrently import meanwhile
from tests.frames import framed, padded


def test_a_member_reads_what_alice_published_with_every_active_key_and_so_does_she(alice, bob, group):
    post = alice.publish(group, title="First walk", body="Up the hill.")

    assert post.state == State.PUBLISHED
    assert alice.reads(post) == Document("First walk", "Up the hill.")
    assert bob.reads(post) == Document("First walk", "Up the hill.")

    tablet = bob.add_key("Tablet")

    post = alice.publish(group)

    wrapped_for = set(
        PostKey.objects.filter(revision=post.current).values_list("public_key__fingerprint", flat=True)
    )
    assert wrapped_for == alice.private_keys.keys() | bob.private_keys.keys()
    assert tablet.fingerprint in wrapped_for
    assert post.current.key_count == 3


def test_the_draft_is_gone_and_no_content_key_waits_once_the_post_is_published(post):
    assert not SealedDraft.objects.filter(revision=post.current).exists()
    assert post.current.waiting_key is None


def test_an_outsider_and_a_member_without_a_key_are_left_out_and_nobody_else_is(alice, bob, mallory, group):
    dave = make_person("Dave", with_key=False)
    members.join(group, user=dave.user)

    post = alice.publish(group)

    assert bob.reads(post) is not None
    assert [mallory.reads(post), dave.reads(post)] == [None, None]
    assert list(Post.objects.listed_for(bob.user)) == list(Post.objects.listed_for(dave.user)) == [post]
    assert not Post.objects.listed_for(mallory.user).exists()


def test_who_joins_after_the_post_was_submitted_sees_it_and_gets_no_key(alice, carol, group):
    post = alice.submit(group)
    members.join(group, user=carol.user)
    posts.encrypt(post.current.pk)

    assert list(Post.objects.listed_for(carol.user)) == [post]
    assert carol.reads(post) is None


@pytest.mark.parametrize("hours", [-1, 1])
def test_whatever_the_databases_clock_does_the_order_of_events_decides(hours, alice, bob, carol, group):
    Membership.objects.filter(group=group).update(joined_at=Now() + timedelta(hours=hours))
    post = alice.submit(group)
    carols = members.join(group, user=carol.user)
    Membership.objects.filter(pk=carols.pk).update(joined_at=Now() - timedelta(hours=hours))
    posts.encrypt(post.current.pk)

    assert bob.reads(post) is not None
    assert carol.reads(post) is None


@pytest.mark.parametrize(
    ("draft_of", "failure"),
    [
        ("another post", Failure.DOES_NOT_OPEN),
        ("garbage", Failure.DOES_NOT_OPEN),
        ("not json", Failure.NOT_A_DOCUMENT),
        ("not padded", Failure.NOT_A_DOCUMENT),
        ("no frame", Failure.NOT_A_DOCUMENT),
        ("signed by a stranger", Failure.WRONG_SIGNATURE),
        ("another title", Failure.TITLE_DIFFERS),
    ],
)
def test_a_draft_that_is_not_what_it_claims_fails_with_the_reason_and_is_kept(
    draft_of, failure, alice, group
):
    post = alice.submit(group, sealed_title="Another" if draft_of == "another title" else None)
    place = Revision(post=Post(uid=post.uid, group=group, author=alice.user))
    if draft_of == "another post":
        sealed = sealed_draft(alice.user, group, uid=uuid.uuid4(), title="Hello", body="World")
        SealedDraft.objects.filter(revision=post.current).update(sealed=sealed)
    elif draft_of == "garbage":
        SealedDraft.objects.filter(revision=post.current).update(sealed=b"x" * 2000)
    elif draft_of != "another title":
        document = encode_document(Document("Hello", "World"))
        stranger = AccountKey(bytes(32), user=alice.user.uid, generation=1)
        plain = {
            "not json": padded(Frame(b"not json")),
            "not padded": encode_frame(Frame(document)),
            "no frame": pad(document),
            "signed by a stranger": padded(framed(document, place.contexts, account_key=stranger)),
        }[draft_of]
        sealed = sealing_keys.seal(plain, context=place.contexts.draft)
        SealedDraft.objects.filter(revision=post.current).update(sealed=sealed)

    posts.encrypt(post.current.pk)

    post = Post.objects.get(pk=post.pk)
    assert (post.state, post.current.failure) == (State.FAILED, failure)
    assert SealedDraft.objects.filter(revision=post.current).exists()
    assert not PostKey.objects.filter(revision=post.current).exists()


def signed_for(row: Post, key: AccountKey, **elsewhere: Any) -> Frame:
    """The document of a post, signed by this key for a place that may be another one."""
    return framed(Document("Hello", "World"), replace(row.current.contexts, **elsewhere), account_key=key)


def seal_instead(post: Post, frame: Frame) -> None:
    sealed = sealing_keys.seal(padded(frame), context=post.current.contexts.draft)
    SealedDraft.objects.filter(revision=post.current).update(sealed=sealed)


def test_what_the_author_did_not_sign_for_this_place_fails(alice, bob, group):
    account, strangers = Account(alice.user), Account(bob.user)
    account.make("Laptop")
    strangers.make("Laptop")
    key, other = account.newest, strangers.newest
    frames = {
        "signed": lambda post: signed_for(post, key),
        "unsigned": lambda post: Frame(encode_document(Document("Hello", "World"))),
        "for another post": lambda post: signed_for(post, key, post=uuid.uuid4()),
        "for another group": lambda post: signed_for(post, key, group=uuid.uuid4()),
        "as another author": lambda post: signed_for(post, key, author=bob.user.uid),
        "for another revision": lambda post: signed_for(post, key, revision=2),
        "by another member": lambda post: signed_for(post, other),
        "by another member in her name": lambda post: replace(
            signed_for(post, other), fingerprint=key.fingerprint
        ),
        "of another document": lambda post: replace(
            signed_for(post, key), document=encode_document(Document("Hello", "Moon"))
        ),
    }
    outcomes = {}
    for name, frame in frames.items():
        post = alice.submit(group, account_key=key)
        seal_instead(post, frame(post))
        posts.encrypt(post.current.pk)
        outcomes[name] = Revision.objects.values_list("state", "failure").get(post=post)

    assert outcomes.pop("signed") == ("published", "")
    assert set(outcomes.values()) == {("failed", "wrong-signature")}


def test_a_key_that_was_replaced_before_is_refused_and_one_that_is_replaced_after_is_not(alice, group):
    account = Account(alice.user)
    account.make("Laptop")
    first = account.newest
    before, late = alice.submit(group, account_key=first), alice.submit(group, account_key=first)
    account.replace("Laptop")
    after = alice.submit(group, account_key=first)

    for post in (before, late, after):
        posts.encrypt(post.current.pk)

    failures = [
        Revision.objects.values_list("state", "failure").get(post=post) for post in (before, late, after)
    ]
    assert failures == [("published", ""), ("published", ""), ("failed", "key-superseded")]
    # Who says which key signed it hears that at the door, and nothing is stored.
    for named, is_refused in ((first, True), (account.newest, False)):
        with pytest.raises(posts.OtherAccountKey) if is_refused else nullcontext():
            posts.submit(
                group,
                author=alice.user,
                uid=uuid.uuid4(),
                title="Hello",
                draft=b"x" * 2000,
                account_key=named.fingerprint.hex(),
            )
    assert Post.objects.count() == 4


def test_what_was_signed_is_sealed_byte_by_byte(alice, bob, group):
    account = Account(alice.user)
    account.make("Laptop")
    post = alice.submit(group, account_key=account.newest)
    # As no client writes it, and what nobody here knows.
    data = b' { "title" : "Hello", "later":[1.50], "body":"\\u0057", "format":"markdown", "v":2e0 } '
    seal_instead(post, framed(data, post.current.contexts, account_key=account.newest))

    posts.encrypt(post.current.pk)

    frame = bob.opens(Post.objects.get(pk=post.pk))
    assert frame.document == data
    check_author(frame, chain=[AccountKeyRow.objects.get().link], **asdict(post.current.contexts))


def test_a_post_whose_work_keeps_dying_fails_after_three_attempts_and_can_be_tried_again(alice, group):
    post = alice.submit(group)
    # Three workers began and were killed: only the count is left of them.
    SealedDraft.objects.filter(revision=post.current).update(attempts=3)

    posts.encrypt(post.current.pk)
    failed = Post.objects.get(pk=post.pk)
    assert (failed.state, failed.current.failure) == (State.FAILED, Failure.KEPT_FAILING)

    posts.try_again(failed.current)
    posts.encrypt(post.current.pk)
    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
    assert alice.reads(post) is not None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_post_that_takes_too_long_fails_with_its_draft_and_can_be_tried_again(monkeypatch, alice, group):
    post = alice.submit(group, body="\x01" * MAX_BODY)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "MOST_SECONDS", 0.001)
        posts.encrypt(post.current.pk)

    failed = Post.objects.get(pk=post.pk).current
    assert (failed.state, failed.failure, failed.may_be_tried_again) == ("failed", "took-too-long", True)
    assert SealedDraft.objects.filter(revision=post.current).exists()
    posts.try_again(failed)
    posts.encrypt(post.current.pk)
    assert alice.reads(post) == Document("Hello", "\x01" * MAX_BODY)


def test_an_author_has_only_so_many_posts_on_their_way(monkeypatch, alice, bob, group):
    monkeypatch.setattr(posts, "MOST_UNFINISHED", 2)
    failed = alice.submit(group, sealed_title="Another")
    posts.encrypt(failed.current.pk)
    first, second = alice.submit(group), alice.submit(group)

    with pytest.raises(posts.TooMany):
        alice.submit(group)
    with pytest.raises(posts.TooMany):
        posts.try_again(failed.current)
    bob.submit(group)

    assert Post.objects.get(pk=failed.pk).state == State.FAILED
    assert set(group.posts.filter(author=alice.user)) == {failed, first, second}
    posts.encrypt(first.current.pk)
    posts.try_again(failed.current)


@pytest.mark.django_db(transaction=True)
def test_of_posts_sent_at_the_same_moment_no_more_are_taken_on(monkeypatch, alice, group):
    monkeypatch.setattr(posts, "MOST_UNFINISHED", 1)

    second = meanwhile(lambda: alice.submit(group), lambda: alice.submit(group))

    assert type(second.exception()) is posts.TooMany
    assert Post.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_posts_in_a_group_that_is_being_locked(alice, group):
    sent = meanwhile(lambda: groups.lock(group), lambda: alice.submit(group))

    assert type(sent.exception()) is members.GroupLocked
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_makes_an_account_key_while_a_post_is_encrypted_reads_it(alice, bob, group):
    queued = alice.submit(group)
    account = Account(bob.user)

    encrypted = meanwhile(account.make, lambda: posts.encrypt(queued.current.pk))

    encrypted.result()
    wrapped = PostKey.objects.filter(revision=queued.current, public_key__user=bob.user)
    assert [each.public_key_id for each in wrapped] == [account.public_key.pk]


def test_only_a_failed_post_can_be_tried_again_and_no_other_draft_has_more_attempts(alice, group, post):
    with pytest.raises(AlreadyMoved) as error:
        posts.try_again(post.current)
    assert error.value.state == State.PUBLISHED
    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED

    queued = alice.submit(group)
    SealedDraft.objects.filter(revision=queued.current).update(attempts=2)

    with pytest.raises(AlreadyMoved):
        posts.try_again(queued.current)

    assert SealedDraft.objects.get(revision=queued.current).attempts == 2


def test_the_database_refuses_a_published_post_that_still_holds_a_waiting_key(post):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(post=post).update(waiting_key=b"x")
