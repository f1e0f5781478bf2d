"""The doctor on Redis, and on the processes that give signs of life there."""

import pytest

from secureblogs.workers import heartbeat, redis
from tests.secureblogs.running.doctor.findings import found

pytestmark = pytest.mark.usefixtures("complete")


def test_an_old_redis_and_a_replica_are_found(monkeypatch):
    info = redis.client().info() | {"redis_version": "6.2.14", "role": "slave"}
    info.pop("valkey_version", None)
    monkeypatch.setattr(redis.client(), "info", lambda: info)

    assert found() == ["Redis is older than version 7.", "Redis is a replica, which takes no writes."]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("maxmemory-policy", "allkeys-lru", "Redis throws entries away"),
        ("appendonly", "no", "Redis keeps no append-only file"),
    ],
)
def test_a_redis_that_forgets_is_found(name, value, words):
    redis.client().config_set(name, value)

    assert [what[: len(words)] for what in found()] == [words]


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (heartbeat.BEAT, "No beat runs: nothing looks for unfinished work, and no mail tells of requests."),
        (heartbeat.WORKER, "No worker runs: posts wait, and no mail goes out."),
    ],
)
def test_a_process_that_gives_no_sign_is_found(sign, words):
    redis.client().delete(sign)

    assert found() == [words]


def test_a_sealing_key_that_no_worker_opens_is_found():
    for sign in redis.client().scan_iter("secureblogs:opens:*"):
        redis.client().delete(sign)

    assert [what.split(":")[0] for what in found()] == ["No worker can open what browsers seal"]
