"""The sweep: unfinished work is found and hinted again, without piling up copies. The queue is a real one."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from groups.domain import members
from groups.models import Group
from posts.models import KeyBatch, Post, Revision, SealedDraft, State
from posts.publishing import fanout, posts, sweeping
from secureblogs.celery import app
from secureblogs.workers import hints
from tests.cast import Person, make_person

pytestmark = pytest.mark.usefixtures("empty_queues")


@pytest.fixture
def backlog(alice: Person, group: Group, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A post for five keys, in as many batches, whose hints were lost."""
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    for number in range(3):
        members.join(group, user=make_person(f"Member{number}").user)
    post = alice.submit(group)
    posts.encrypt(post.current.pk)
    assert KeyBatch.objects.filter(revision=post.current).count() == 5
    return post


@pytest.fixture
def sweep(django_capture_on_commit_callbacks):
    """Let time pass, then sweep."""

    def run() -> None:
        for work in (KeyBatch, SealedDraft):
            work.objects.update(hinted_at=Now() - timedelta(minutes=1))
        with django_capture_on_commit_callbacks(execute=True):
            sweeping.sweep()

    return run


def test_a_long_backlog_is_not_hinted_over_and_over(backlog, sweep):
    for _ in range(10):
        sweep()

    assert hints.queue_length("posts.wrap_batch") == 5


def test_after_redis_was_emptied_every_batch_is_hinted_again(backlog, sweep):
    sweep()
    hints.purge("posts.wrap_batch")

    sweep()

    assert hints.queue_length("posts.wrap_batch") == 5


def test_what_a_sweep_could_not_hint_the_next_one_hints_without_another_wait(
    backlog, sweep, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as away:
        away.setattr(app, "send_task", refuse)
        sweep()
    assert hints.queue_length("posts.wrap_batch") == 0

    with django_capture_on_commit_callbacks(execute=True):
        sweeping.sweep()

    assert hints.queue_length("posts.wrap_batch") == 5


def test_only_as_many_hints_are_sent_as_are_missing(backlog, sweep):
    sweep()
    fanout.wrap_batch(KeyBatch.objects.all()[0].pk)
    hints.purge("posts.wrap_batch")
    for batch in KeyBatch.objects.order_by("pk")[:3]:
        hints._send("posts.wrap_batch", batch.pk)

    sweep()

    assert hints.queue_length("posts.wrap_batch") == 4


def test_a_draft_that_waits_is_hinted_again(alice, group, sweep):
    alice.submit(group)

    sweep()
    sweep()

    assert hints.queue_length("posts.encrypt_revision") == 1


def test_work_hinted_just_now_is_left_alone_unless_a_clock_was_set_back(
    alice, group, django_capture_on_commit_callbacks
):
    alice.submit(group)

    with django_capture_on_commit_callbacks(execute=True):
        sweeping.sweep()

    assert hints.queue_length("posts.encrypt_revision") == 0

    SealedDraft.objects.update(hinted_at=Now() + timedelta(hours=1))

    with django_capture_on_commit_callbacks(execute=True):
        sweeping.sweep()

    assert hints.queue_length("posts.encrypt_revision") == 1


def test_what_failed_waits_for_another_try_and_is_not_hinted(backlog, sweep):
    Revision.objects.filter(post=backlog).update(state=State.FAILED)

    sweep()

    assert hints.queue_length("posts.wrap_batch") == 0


def test_sweeps_that_waited_behind_one_are_not_run(backlog, sweep):
    for _ in range(20):
        hints._send("posts.sweep", 0)
    assert hints.queue_length("posts.sweep") == 20

    sweep()

    assert hints.queue_length("posts.sweep") == 0


def test_the_sweep_publishes_a_post_that_lacks_only_its_last_step(backlog, sweep):
    KeyBatch.objects.all().delete()

    sweep()

    assert Post.objects.get(pk=backlog.pk).state == State.PUBLISHED


def test_mail_that_waits_hides_no_post_whose_hint_was_lost(alice, group, sweep):
    alice.submit(group)
    for _ in range(20):
        hints._send("posts.send_notice", 0)

    sweep()

    assert hints.queue_length("posts.encrypt_revision") == 1
