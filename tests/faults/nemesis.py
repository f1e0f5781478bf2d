"""The faults: what each does to a World. Everything is healed by `World.heal`, or by the fault itself after a while."""

import os
import signal
import time
from collections.abc import Callable

from tests.faults.clocks import FAKETIME, RIGHT
from tests.faults.posts import wait_for
from tests.faults.world import PARTS, World, children


def kill_web(world: World, seconds: float) -> None:
    world.kill("web")
    time.sleep(seconds)
    world.start("web")


def kill_worker(world: World, seconds: float) -> None:
    world.kill("worker")
    time.sleep(seconds)
    world.start("worker")


def kill_worker_main(world: World, seconds: float) -> None:
    os.kill(world.pid("worker"), signal.SIGKILL)
    time.sleep(seconds)
    world.kill("worker")
    world.start("worker")


def kill_worker_child(world: World, seconds: float) -> None:
    # A worker that has just started has none yet.
    wait_for(lambda: bool(world.worker_children()), watching=world)
    os.kill(world.worker_children()[0], signal.SIGKILL)


def kill_beat(world: World, seconds: float) -> None:
    world.kill("beat")
    time.sleep(seconds)
    world.start("beat")


def stop_web(world: World, seconds: float) -> None:
    """SIGSTOP, and SIGCONT later."""
    _stop_group(world.pid("web"), seconds)


def stop_worker(world: World, seconds: float) -> None:
    _stop_group(world.pid("worker"), seconds)


def _stop_group(group: int, seconds: float) -> None:
    os.killpg(group, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(group, signal.SIGCONT)


def kill_postgresql(world: World, seconds: float) -> None:
    os.kill(world.postmaster, signal.SIGKILL)
    time.sleep(seconds)
    world.start_postgresql()


def restart_postgresql(world: World, seconds: float) -> None:
    world.restart_postgresql(seconds)


def freeze_postgresql(world: World, seconds: float) -> None:
    """All of it: whoever is connected, or connects, waits."""
    # Each of its processes leads a session of its own. The main one is first, so that it starts no further ones.
    main = world.postmaster
    os.kill(main, signal.SIGSTOP)
    frozen = [main, *children(main)]
    for pid in frozen[1:]:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in frozen:
        os.kill(pid, signal.SIGCONT)


def kill_redis(world: World, seconds: float) -> None:
    os.kill(world.valkey, signal.SIGKILL)
    time.sleep(seconds)
    world.servers.valkey.start()


def restart_redis(world: World, seconds: float) -> None:
    world.servers.valkey.stop()
    time.sleep(seconds)
    world.servers.valkey.start()


def empty_redis(world: World, seconds: float) -> None:
    world.redis().flushall()


def freeze_redis(world: World, seconds: float) -> None:
    """It is there and does not answer."""
    pid = world.valkey
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def end_web(world: World, seconds: float) -> None:
    """SIGTERM, as whoever brings a new version does."""
    world.kill("web", signal.SIGTERM)
    world.start("web")


def end_worker(world: World, seconds: float) -> None:
    world.kill("worker", signal.SIGTERM)
    world.start("worker")


def set_clocks_back(world: World, seconds: float) -> None:
    """The clocks of all running processes jump, and later right again."""
    _set_clocks(world, "-1h")
    time.sleep(seconds)
    _set_clocks(world, RIGHT)


def set_clocks_ahead(world: World, seconds: float) -> None:
    _set_clocks(world, "+1h")
    time.sleep(seconds)
    _set_clocks(world, RIGHT)


def set_clocks_apart(world: World, seconds: float) -> None:
    """They stay wrong, in opposite directions, until the processes start anew."""
    world.clocks.set("worker", "-1h")
    world.clocks.set("beat", "+1h")


def set_database_back(world: World, seconds: float) -> None:
    """PostgreSQL's clock: who joined when, and was a post submitted before that?"""
    world.clocks.set("postgresql", "-1h")


def set_database_ahead(world: World, seconds: float) -> None:
    world.clocks.set("postgresql", "+1h")
    time.sleep(seconds)
    world.clocks.set("postgresql", RIGHT)


def _set_clocks(world: World, offset: str) -> None:
    for name in PARTS:
        world.clocks.set(name, offset)


CLOCKS = (
    (set_clocks_back, set_clocks_ahead, set_clocks_apart, set_database_back, set_database_ahead)
    if FAKETIME
    else ()
)
# The processes whose clocks have to be faked before anything happens. PostgreSQL's always is.
FAKED = {"set_clocks_back": PARTS, "set_clocks_ahead": PARTS, "set_clocks_apart": ("worker", "beat")}

FAULTS: dict[str, Callable[[World, float], None]] = {
    kind.__name__: kind
    for kind in (
        kill_web,
        kill_worker,
        kill_worker_main,
        kill_worker_child,
        kill_beat,
        stop_web,
        stop_worker,
        kill_postgresql,
        restart_postgresql,
        freeze_postgresql,
        kill_redis,
        restart_redis,
        empty_redis,
        freeze_redis,
        end_web,
        end_worker,
        *CLOCKS,
    )
}
