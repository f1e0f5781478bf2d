"""One fault at a time, and what people see of it."""

import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import User
from groups.models import Membership
from posts.models import Failure, KeyBatch, Post, SealedDraft, State
from posts.publishing.messages import why_failed
from secureblogs.crypto.wrapping import export_private_key, generate_private_key
from tests.faults.people import Member
from tests.faults.posts import every_key_of, is_published, make_group, unfinished, wait_for, wrapped

# The files in deploy/ give it so long.
SECONDS_TO_END = 40


@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_while_the_broker_is_away_a_post_is_accepted_at_once_and_published_afterwards(world, visit, how):
    group, members = make_group(world, members=2, keys=2)
    visitor, uid = visit(members[0]), uuid.uuid4()
    pid = world.valkey
    if how == "stopped":
        world.servers.valkey.stop()
    else:
        os.kill(pid, signal.SIGSTOP)

    began = time.monotonic()
    answer = visitor.publish(group, uid=uid)
    seconds = time.monotonic() - began
    if how == "stopped":
        world.servers.valkey.start()
    else:
        os.kill(pid, signal.SIGCONT)

    assert answer.status == 201
    assert seconds < 3
    wait_for(lambda: is_published(uid), watching=world)
    assert wrapped(uid) == every_key_of(members)


def test_a_worker_that_was_stopped_goes_on(world, visit):
    group, members = make_group(world, members=5, keys=450)
    uid = uuid.uuid4()
    os.killpg(world.pid("worker"), signal.SIGSTOP)
    try:
        assert visit(members[0]).publish(group, uid=uid).status == 201
    finally:
        os.killpg(world.pid("worker"), signal.SIGCONT)

    wait_for(lambda: is_published(uid), watching=world)
    assert wrapped(uid) == every_key_of(members)


def test_a_worker_that_is_ended_finishes_or_hands_back_what_it_has_in_hand(world, visit):
    group, members = make_group(world, members=24, keys=450)
    uid = uuid.uuid4()
    assert visit(members[0]).publish(group, uid=uid).status == 201
    wait_for(lambda: bool(wrapped(uid)))

    worker = world.site.processes["worker"]
    os.killpg(worker.pid, signal.SIGTERM)
    assert worker.wait(timeout=SECONDS_TO_END) == 0
    left = KeyBatch.objects.filter(revision__post__uid=uid).count()
    done = len(wrapped(uid))
    world.kill("worker")
    world.start("worker")

    # It was told in the middle, and no batch was left half done.
    assert left
    assert (
        done + sum(len(batch.public_keys) for batch in KeyBatch.objects.filter(revision__post__uid=uid))
        >= 24 * 450
    )
    world.wait_for_answers()
    wait_for(lambda: is_published(uid), watching=world)
    assert wrapped(uid) == every_key_of(members)


def test_a_web_process_that_is_ended_answers_what_it_was_asked(world, visit):
    group, members = make_group(world, members=1, keys=1)
    visitor, uid = visit(members[0]), uuid.uuid4()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # The site holds the author's membership while it accepts a post, and so waits for us.
            Membership.objects.select_for_update().get(group=group)
            answer = pool.submit(visitor.publish, group, uid=uid)
            wait_for(_somebody_waits)
            os.kill(world.pid("web"), signal.SIGTERM)
            time.sleep(0.5)
            assert not answer.done()

        assert answer.result().status == 201
    assert world.site.processes["web"].wait(timeout=10) == 0
    wait_for(lambda: is_published(uid), watching=world)


def test_an_author_reads_why_a_post_failed_and_tries_again(world, visit, tmp_path):
    group, members = make_group(world, members=2, keys=1)
    admin = User.objects.create_superuser(email=f"root-{group.slug}@example.org", password="x", name="Root")
    author, uid = visit(members[0]), uuid.uuid4()
    foreign = tmp_path / "foreign.pem"
    foreign.write_bytes(_as_bytes(export_private_key(generate_private_key())))
    world.kill("worker")
    world.site.start("worker", SEALING_PRIVATE_KEYS_FILE=str(foreign))

    assert author.publish(group, uid=uid).status == 201
    wait_for(lambda: Post.objects.filter(uid=uid, current__state=State.FAILED).exists(), seconds=20)

    post = Post.objects.get(uid=uid)
    words = why_failed(Failure.DOES_NOT_OPEN)
    assert words in author.get(f"/posts/{uid}/").body.decode()
    assert (
        words
        in visit(Member(admin, world.site.port)).get(f"/admin/posts/post/{post.pk}/change/").body.decode()
    )
    assert SealedDraft.objects.filter(revision=post.current).count() == 1

    world.kill("worker")
    world.start("worker")
    world.wait_for_answers()
    assert author.post(f"/posts/{uid}/retry/", {}).status == 302
    wait_for(lambda: is_published(uid), watching=world)
    assert wrapped(uid) == every_key_of(members)
    assert unfinished(group) == 0


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def _as_bytes(pem: str | bytes) -> bytes:
    return pem.encode() if isinstance(pem, str) else pem
