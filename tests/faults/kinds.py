"""The faults: what each does to a World. Everything is healed by `World.heal`, or by the fault itself after a while."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from redis import RedisError

from tests.faults.world import World

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


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
    for pid in world.worker_children()[:1]:
        os.kill(pid, signal.SIGKILL)


def kill_beat(world: World, seconds: float) -> None:
    world.kill("beat")
    time.sleep(seconds)
    world.start("beat")


def stop_worker(world: World, seconds: float) -> None:
    """SIGSTOP, and SIGCONT later."""
    group = world.pid("worker")
    os.killpg(group, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(group, signal.SIGCONT)


def kill_postgresql(world: World, seconds: float) -> None:
    os.kill(world.postmaster, signal.SIGKILL)
    time.sleep(seconds)
    world.servers.postgresql.start()


def restart_postgresql(world: World, seconds: float) -> None:
    world.servers.postgresql.stop()
    time.sleep(seconds)
    world.servers.postgresql.start()


def kill_redis(world: World, seconds: float) -> None:
    os.kill(world.valkey, signal.SIGKILL)
    time.sleep(seconds)
    world.servers.valkey.start()


def restart_redis(world: World, seconds: float) -> None:
    world.servers.valkey.stop()
    time.sleep(seconds)
    world.servers.valkey.start()


def empty_redis(world: World, seconds: float) -> None:
    try:
        world.redis().flushall()
    except RedisError:
        pass


def freeze_redis(world: World, seconds: float) -> None:
    """It is there and does not answer."""
    pid = world.valkey
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def shift_clock(world: World, seconds: float) -> None:
    """Worker and beat come back with clocks that went wrong by an hour, in opposite directions."""
    if FAKETIME is None:
        return
    wrong = {"LD_PRELOAD": str(FAKETIME), "DONT_FAKE_MONOTONIC": "1"}
    for name, offset in (("worker", "-1h"), ("beat", "+1h")):
        world.kill(name)
        world.start(name, **wrong, FAKETIME=offset)


KINDS: dict[str, Callable[[World, float], None]] = {
    kind.__name__: kind
    for kind in (
        kill_web,
        kill_worker,
        kill_worker_main,
        kill_worker_child,
        kill_beat,
        stop_worker,
        kill_postgresql,
        restart_postgresql,
        kill_redis,
        restart_redis,
        empty_redis,
        freeze_redis,
        shift_clock,
    )
}
