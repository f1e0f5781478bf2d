"""A worker tells Redis every two seconds that it is there, for /readyz."""

from functools import cache

from django.conf import settings
from redis import Redis, RedisError

WORKER_KEY = "secureblogs:worker"
# A few beats may be late; a worker that was killed is missed after this many seconds.
SECONDS_TO_LIVE = 10


def beat(**_: object) -> None:
    """Connected to Celery's `heartbeat_sent`."""
    try:
        _redis().set(WORKER_KEY, "here", ex=SECONDS_TO_LIVE)
    except RedisError:
        # The worker itself notices and reports a lost Redis.
        pass


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
