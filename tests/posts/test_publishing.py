"""From a sealed draft to a published post, in the database."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from groups.domain import members
from groups.models import Group, Membership
from posts.domain import places, publishing, sealing_keys
from posts.models import Failure, KeyBatch, Post, PostKey, SealedDraft, State
from secureblogs.crypto.documents import Document
from tests.cast import Person, make_person, sealed_draft


def test_a_member_reads_what_alice_published_and_so_does_she(
    alice: Person, bob: Person, group: Group
) -> None:
    post = alice.publish(group, title="First walk", body="Up the hill.")

    assert post.state == State.PUBLISHED
    assert alice.reads(post) == Document("First walk", "Up the hill.")
    assert bob.reads(post) == Document("First walk", "Up the hill.")


def test_every_active_key_of_every_member_gets_the_content_key_once(
    alice: Person, bob: Person, group: Group
) -> None:
    tablet = bob.add_key("Tablet")

    post = alice.publish(group)

    wrapped_for = set(PostKey.objects.filter(post=post).values_list("public_key__fingerprint", flat=True))
    assert wrapped_for == alice.private_keys.keys() | bob.private_keys.keys()
    assert tablet.fingerprint in wrapped_for
    assert post.key_count == 3


def test_the_draft_is_gone_and_no_content_key_waits_once_the_post_is_published(post: Post) -> None:
    assert not SealedDraft.objects.filter(post=post).exists()
    assert post.waiting_key is None


def test_an_outsider_gets_no_wrapped_key(alice: Person, bob: Person, mallory: Person, group: Group) -> None:
    post = alice.publish(group)

    assert bob.reads(post) is not None
    assert mallory.reads(post) is None
    assert list(Post.objects.listed_for(bob.user)) == [post]
    assert not Post.objects.listed_for(mallory.user).exists()
    assert not Post.objects.readable_by(mallory.user).exists()


def test_who_joins_after_the_post_was_submitted_sees_it_and_gets_no_key(
    alice: Person, carol: Person, group: Group
) -> None:
    post = alice.submit(group)
    members.join(group, user=carol.user)
    publishing.encrypt(post.pk)

    assert list(Post.objects.listed_for(carol.user)) == [post]
    assert not Post.objects.readable_by(carol.user).exists()
    assert carol.reads(post) is None


@pytest.mark.parametrize("hours", [-1, 1])
def test_whatever_the_databases_clock_does_the_order_of_events_decides(
    hours: int, alice: Person, bob: Person, carol: Person, group: Group
) -> None:
    Membership.objects.filter(group=group).update(joined_at=Now() + timedelta(hours=hours))
    post = alice.submit(group)
    carols = members.join(group, user=carol.user)
    Membership.objects.filter(pk=carols.pk).update(joined_at=Now() - timedelta(hours=hours))
    publishing.encrypt(post.pk)

    assert bob.reads(post) is not None
    assert carol.reads(post) is None


def test_who_leaves_before_the_worker_comes_gets_no_key(alice: Person, bob: Person, group: Group) -> None:
    post = alice.submit(group)
    members.leave(Membership.objects.get(group=group, user=bob.user))
    publishing.encrypt(post.pk)

    assert bob.reads(post) is None
    assert alice.reads(post) is not None


def test_leaving_and_coming_back_brings_nothing_back(
    alice: Person, bob: Person, group: Group, post: Post
) -> None:
    assert bob.reads(post) is not None

    members.leave(Membership.objects.get(group=group, user=bob.user))
    members.join(group, user=bob.user)

    assert bob.reads(post) is None


def test_a_key_revoked_before_the_worker_comes_gets_nothing(alice: Person, bob: Person, group: Group) -> None:
    from accounts.domain import keys

    post = alice.submit(group)
    keys.revoke(bob.user.public_keys.get())
    publishing.encrypt(post.pk)

    assert bob.reads(post) is None


def test_a_group_of_one_works(mallory: Person) -> None:
    from groups.domain import groups

    alone = groups.create("Diary", owner=mallory.user)

    post = mallory.publish(alone, body="Only me.")

    assert mallory.reads(post) == Document("Hello", "Only me.")


def test_a_member_without_a_key_is_left_out_and_nobody_else_is(
    alice: Person, bob: Person, group: Group
) -> None:
    dave = make_person("Dave", with_key=False)
    members.join(group, user=dave.user)

    post = alice.publish(group)

    assert bob.reads(post) is not None
    assert dave.reads(post) is None
    assert list(Post.objects.listed_for(dave.user)) == [post]


def test_sending_the_form_twice_makes_one_post(alice: Person, group: Group) -> None:
    uid = uuid.uuid4()
    draft = sealed_draft(alice.user, group, uid=uid, title="Hello", body="World")

    first, is_first_new = publishing.submit(group, author=alice.user, uid=uid, title="Hello", draft=draft)
    second, is_second_new = publishing.submit(group, author=alice.user, uid=uid, title="Hello", draft=draft)

    assert (first, is_first_new, is_second_new) == (second, True, False)
    assert SealedDraft.objects.filter(post=first).count() == 1


def test_a_uid_that_somebody_else_used_is_refused(
    alice: Person, bob: Person, group: Group, post: Post
) -> None:
    draft = sealed_draft(bob.user, group, uid=post.uid, title="Mine", body="now")

    with pytest.raises(publishing.UidTaken):
        publishing.submit(group, author=bob.user, uid=post.uid, title="Mine", draft=draft)

    assert Post.objects.get(pk=post.pk).title == post.title


def test_who_was_removed_can_no_longer_submit(bob: Person, group: Group) -> None:
    assert bob.submit(group)
    members.leave(Membership.objects.get(group=group, user=bob.user))

    with pytest.raises(members.NotAMember):
        bob.submit(group)


@pytest.mark.parametrize(
    ("draft_of", "failure"),
    [
        ("another post", Failure.DOES_NOT_OPEN),
        ("garbage", Failure.DOES_NOT_OPEN),
        ("not json", Failure.NOT_A_DOCUMENT),
        ("another title", Failure.TITLE_DIFFERS),
    ],
)
def test_a_draft_that_is_not_what_it_claims_fails_with_the_reason_and_is_kept(
    draft_of: str, failure: Failure, alice: Person, group: Group
) -> None:
    post = alice.submit(group, sealed_title="Another" if draft_of == "another title" else None)
    place = Post(uid=post.uid, group=group, author=alice.user, revision=1)
    if draft_of == "another post":
        sealed = sealed_draft(alice.user, group, uid=uuid.uuid4(), title="Hello", body="World")
        SealedDraft.objects.filter(post=post).update(sealed=sealed)
    elif draft_of == "garbage":
        SealedDraft.objects.filter(post=post).update(sealed=b"x" * 2000)
    elif draft_of == "not json":
        sealed = sealing_keys.seal(b"not json", context=places.draft(place))
        SealedDraft.objects.filter(post=post).update(sealed=sealed)

    publishing.encrypt(post.pk)

    post = Post.objects.get(pk=post.pk)
    assert (post.state, post.failure) == (State.FAILED, failure)
    assert SealedDraft.objects.filter(post=post).exists()
    assert not PostKey.objects.filter(post=post).exists()


def test_encrypting_again_changes_nothing(alice: Person, post: Post) -> None:
    before = list(PostKey.objects.filter(post=post).order_by("pk").values_list("public_key", "wrapped_key"))

    publishing.encrypt(post.pk)

    after = list(PostKey.objects.filter(post=post).order_by("pk").values_list("public_key", "wrapped_key"))
    assert after == before


def test_a_post_whose_work_keeps_dying_fails_after_three_attempts_and_can_be_tried_again(
    alice: Person, group: Group
) -> None:
    post = alice.submit(group)
    # Three workers began and were killed: only the count is left of them.
    SealedDraft.objects.filter(post=post).update(attempts=3)

    publishing.encrypt(post.pk)
    failed = Post.objects.get(pk=post.pk)
    assert (failed.state, failed.failure) == (State.FAILED, Failure.KEPT_FAILING)

    assert publishing.try_again(failed) is True
    publishing.encrypt(post.pk)
    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
    assert alice.reads(post) is not None


def test_only_a_failed_post_can_be_tried_again(post: Post) -> None:
    assert publishing.try_again(post) is False
    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED


def test_deleting_takes_everything_along(alice: Person, group: Group, post: Post) -> None:
    assert PostKey.objects.filter(post=post).exists()

    publishing.delete(post)

    assert not Post.objects.filter(uid=post.uid).exists()
    assert not PostKey.objects.exists()
    assert not KeyBatch.objects.exists()


def test_the_database_refuses_a_published_post_that_still_holds_a_waiting_key(post: Post) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(waiting_key=b"x")


def test_a_try_that_nobody_needs_gives_no_draft_more_attempts(alice: Person, group: Group) -> None:
    queued = alice.submit(group)
    SealedDraft.objects.filter(post=queued).update(attempts=2)

    assert publishing.try_again(queued) is False

    assert SealedDraft.objects.get(post=queued).attempts == 2
