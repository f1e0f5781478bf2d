"""An edit: the same way to the same readers, who are shown what was there until it is out."""

import pytest

from groups.domain import members
from groups.models import Membership
from posts.models import (
    AlreadyMoved,
    Failure,
    KeyBatch,
    Post,
    PostKey,
    Revision,
    SealedDraft,
    State,
    StoredFile,
)
from posts.publishing import deletions, fanout, posts
from posts.requests import answering, asking
from secureblogs.crypto.documents import Document
from tests.cast import finish, make_person, sealed_draft

OLD, NEW = Document("Hello", "World"), Document("Hello", "Moon")


def people_with_keys(revision: Revision) -> set[str]:
    keys = PostKey.objects.filter(revision=revision)
    return set(keys.values_list("public_key__user__name", flat=True))


def granted(post, asker, author):
    read_request, _ = asking.ask(post, asker=asker.user)
    answering.approve(read_request, keys=author.rewraps(read_request), revision=post.current.number)
    return read_request


def test_an_edit_is_for_exactly_those_who_could_read_what_it_replaces(alice, bob, group, post):
    dave, carol = make_person("Dave"), make_person("Carol")
    members.join(group, user=dave.user)
    # Who joined later and was granted it is a reader; who joined later and was not is none, nor is who left.
    members.join(group, user=carol.user)
    granted(post, carol, alice)
    members.leave(Membership.objects.get(group=group, user=bob.user))

    after = alice.edit(post)

    assert (after.current.number, after.state) == (2, State.PUBLISHED)
    assert people_with_keys(after.current) == {"Alice", "Carol"}
    assert alice.reads(after) == carol.reads(after) == NEW
    assert [person.reads(after) for person in (bob, dave)] == [None, None]
    # A grant is one still, with its time, and what readers had of the first revision is gone.
    times = PostKey.objects.filter(public_key__user=carol.user).values_list("granted_at", flat=True)
    assert [time is not None for time in times] == [True]
    assert people_with_keys(Revision.objects.get(post=post, number=1)) == {"Alice"}


def test_until_it_is_out_and_when_it_fails_readers_are_shown_what_was_there(alice, bob, post):
    edit = alice.revise(post)
    for state in (State.QUEUED, State.ENCRYPTING):
        assert Revision.objects.get(pk=edit.pk).state == state
        assert bob.reads(Post.objects.get(pk=post.pk)) == OLD
        posts.encrypt(edit.pk)
    Revision.objects.filter(pk=edit.pk).update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    finish(edit)
    assert bob.reads(Post.objects.get(pk=post.pk)) == OLD

    posts.try_again(edit)
    finish(edit)

    assert bob.reads(Post.objects.get(pk=post.pk)) == NEW


def test_a_failed_edit_is_given_up_with_all_of_it_and_another_takes_its_number(alice, bob, group, post):
    edit = alice.revise(post, files=1)
    with pytest.raises(AlreadyMoved):
        posts.discard(edit)
    posts.encrypt(edit.pk)
    Revision.objects.filter(pk=edit.pk).update(state=State.FAILED, failure=Failure.KEPT_FAILING)

    posts.discard(edit)

    assert list(post.revisions.values_list("number", flat=True)) == [1]
    assert not KeyBatch.objects.exists()
    assert [file.revisions for file in StoredFile.objects.all()] == [[]]
    assert bob.reads(alice.edit(post)) == NEW
    with pytest.raises(AlreadyMoved):
        posts.discard(post.current)


def test_of_two_edits_of_one_revision_the_first_is_taken_and_sent_twice_it_is_one(alice, group, post):
    first, second = (
        sealed_draft(alice.user, group, uid=post.uid, title="Hello", body=body, revision=2)
        for body in ("One", "Other")
    )
    edit, is_new = posts.revise(post, revision=2, title="Hello", draft=first)
    assert is_new

    with pytest.raises(posts.NotNext) as refused:
        posts.revise(post, revision=2, title="Hello", draft=second)
    with pytest.raises(posts.NotNext):
        posts.revise(post, revision=3, title="Hello", draft=second)

    assert (refused.value.number, refused.value.state) == (2, State.QUEUED)
    assert posts.revise(post, revision=2, title="Hello", draft=first) == (edit, False)
    posts.encrypt(edit.pk)
    finish(edit)
    assert posts.revise(post, revision=2, title="Hello", draft=first) == (edit, False)
    assert SealedDraft.objects.count() == 0
    # What is not out yet is not edited.
    with pytest.raises(posts.NotNext):
        posts.revise(alice.submit(group), revision=2, title="Hello", draft=first)


def test_a_grant_of_what_is_being_replaced_opens_the_edit_and_one_taken_back_does_not(
    alice, group, post, carol
):
    members.join(group, user=carol.user)
    edit = alice.revise(post)
    posts.encrypt(edit.pk)

    read_request = granted(post, carol, alice)
    finish(edit)

    after = Post.objects.get(pk=post.pk)
    assert carol.reads(after) == NEW
    with pytest.raises(answering.NothingGranted):
        answering.report_wrong(read_request, fingerprints=["0" * 64])
    # Another edit has her key already when the grant is taken back.
    later = alice.revise(after)
    posts.encrypt(later.pk)
    for batch in KeyBatch.objects.filter(revision=later):
        fanout.wrap_batch(batch.pk)
    assert people_with_keys(later) == {"Alice", "Bob", "Carol"}
    answering.withdraw_grant(read_request)
    finish(later)
    assert people_with_keys(Post.objects.get(pk=post.pk).current) == {"Alice", "Bob"}


def test_an_answer_for_an_earlier_revision_comes_too_late_and_changes_nothing(alice, group, post, carol):
    members.join(group, user=carol.user)
    read_request, _ = asking.ask(post, asker=carol.user)
    keys = alice.rewraps(read_request)
    after = alice.edit(post)

    with pytest.raises(answering.Revised) as refused:
        answering.approve(read_request, keys=keys, revision=1)

    assert refused.value.revision == 2
    assert people_with_keys(after.current) == {"Alice", "Bob"}
    read_request.refresh_from_db()
    assert read_request.is_pending
    answering.approve(read_request, keys=alice.rewraps(read_request), revision=2)
    assert carol.reads(after) == NEW


def test_what_is_deleted_goes_with_all_its_revisions(alice, group, post):
    after = alice.edit(post)
    alice.revise(after)
    deletions.delete(after)
    assert [model.objects.count() for model in (Post, Revision, PostKey, SealedDraft)] == [0, 0, 0, 0]
