"""Clocks that jump while everything runs. Without libfaketime these tests are skipped, and `-ra` names them."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from groups.models import Membership
from posts.models import Post
from tests.faults.clocks import FAKETIME, RIGHT, faked_clock
from tests.faults.conftest import Visit
from tests.faults.posts import every_key_of, is_published, make_group, wait_for, wrapped
from tests.faults.world import PARTS, World

pytestmark = pytest.mark.skipif(FAKETIME is None, reason="no libfaketime here: apt-get install libfaketime")


@pytest.mark.parametrize("offset", ["-1h", "+1h"])
def test_a_post_is_published_though_all_clocks_jump_and_no_hint_arrives(
    world: World, visit: Visit, offset: str
) -> None:
    group, members = make_group(world, members=5, keys=450)
    author, uid = visit(members[0]), uuid.uuid4()
    world.fake_clocks(*PARTS)
    world.site.wait_until_ready()
    os.killpg(world.pid("worker"), signal.SIGSTOP)
    assert author.publish(group, uid=uid).status == 201
    for name in (*PARTS, "postgresql"):
        world.clocks.set(name, offset)
    world.redis().flushall()
    os.killpg(world.pid("worker"), signal.SIGCONT)

    wait_for(lambda: is_published(uid), watching=world)
    assert wrapped(uid) == every_key_of(members)


@pytest.mark.parametrize("offset", ["-1h", "+1h"])
def test_who_came_first_is_no_matter_of_the_databases_clock(world: World, visit: Visit, offset: str) -> None:
    group, members = make_group(world, members=3, keys=2)
    _, latecomers = make_group(world, members=1, keys=2)
    author, carol = visit(members[0]), visit(latecomers[0])
    before, after = uuid.uuid4(), uuid.uuid4()
    os.killpg(world.pid("worker"), signal.SIGSTOP)
    assert author.publish(group, uid=before).status == 201
    world.clocks.set("postgresql", offset)
    assert carol.post(f"/groups/{group.slug}/join/", {}).status == 302
    world.clocks.set("postgresql", RIGHT if offset == "-1h" else "-1h")
    assert author.publish(group, uid=after).status == 201
    os.killpg(world.pid("worker"), signal.SIGCONT)

    wait_for(lambda: is_published(before) and is_published(after), watching=world)
    assert wrapped(before) == every_key_of(members)
    assert wrapped(after) == every_key_of([*members, *latecomers])
    # The times say otherwise.
    joined = Membership.objects.get(group=group, user=latecomers[0].user).joined_at
    wrong = before if offset == "-1h" else after
    submitted = Post.objects.get(uid=wrong).submitted_at
    assert (joined < submitted) == (wrong == before)


# The clock is set back between what is due in this moment and what is due next.
SET_BACK = """
import pathlib, sys
from secureblogs.daphne import server
from twisted.internet import reactor

server.trust_no_clock()
reactor.callLater(0.1, lambda: pathlib.Path(sys.argv[1]).write_text("-1h"))
reactor.callLater(0.5, reactor.stop)
reactor.run()
"""


def test_the_web_process_goes_on_when_its_clock_is_set_back(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text(RIGHT)

    subprocess.run(
        [sys.executable, "-c", SET_BACK, str(clock)],
        env={**os.environ, **faked_clock(clock), "DJANGO_SETTINGS_MODULE": "secureblogs.settings"},
        check=True,
        timeout=20,
    )


# Two threads, one of which counts in a single call and lets the other have no turn meanwhile.
WAITS_FOR_ITS_TURN = """
import threading, time

busy = threading.Thread(target=lambda: sum(range(30_000_000)))
busy.start()
while busy.is_alive():
    pass
print(time.thread_time() / time.process_time())
"""


@pytest.mark.parametrize("offset", [RIGHT, "-1h", "+1h"])
def test_a_thread_with_a_faked_clock_waits_for_its_turn_and_does_nothing(tmp_path: Path, offset: str) -> None:
    clock = tmp_path / "clock"
    clock.write_text(offset)

    played = subprocess.run(
        [sys.executable, "-c", WAITS_FOR_ITS_TURN],
        env={**os.environ, **faked_clock(clock)},
        capture_output=True,
        check=True,
        timeout=20,
    )

    assert float(played.stdout) < 0.3
