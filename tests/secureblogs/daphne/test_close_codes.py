"""With which codes a real server closes its sockets: Channels' test client takes any, and Daphne's library does not."""

import time

import pytest
from redis import Redis

from tests.site import Site
from tests.sockets import opened, sign_up


@pytest.fixture(scope="module")
def cookies(site: Site) -> str:
    return sign_up(site.url, "Alice")


def test_too_much_from_a_client_is_1008(site, cookies):
    with opened(site.url, cookies=cookies) as socket:
        assert socket.receive() == '{"message": "connection accepted"}'

        for _ in range(101):
            socket.send("anything")

        assert socket.receive() == 1008


def test_a_lost_redis_is_1012(site, cookies):
    with opened(site.url, cookies=cookies) as socket:
        assert socket.receive() == '{"message": "connection accepted"}'
        # The first answer to the process's own ping of Redis; only what breaks after that is a gap.
        time.sleep(1)

        with Redis.from_url(site.redis_url) as redis:
            for kind in ("pubsub", "normal"):
                redis.client_kill_filter(_type=kind, skipme=True)

        assert socket.receive() == 1012


def test_no_session_is_4401(site):
    with opened(site.url) as socket:
        assert socket.receive() == 4401


def test_there_is_one_socket_and_another_address_is_no_error(site, cookies):
    with opened(site.url, cookies=cookies) as socket:
        assert socket.status == 101
    before = site.words().count("Traceback")

    with opened(site.url, path="/ws/other", cookies=cookies) as socket:
        assert socket.status == 403

    assert site.words().count("Traceback") == before
