"""Workers and beat tell Redis every two seconds that they live, and which sealing keys the workers open."""

from redis import RedisError

from secureblogs.workers import keys, redis

WORKER = "secureblogs:worker"
BEAT = "secureblogs:beat"
SECONDS_BETWEEN = 2
# A few signs may be late; after this many seconds the site misses a process that somebody killed.
SECONDS_TO_LIVE = 10


def opens(fingerprint: bytes) -> str:
    """Return the sign that a living worker opens what is sealed to the key with this fingerprint."""
    return f"secureblogs:opens:{fingerprint.hex()}"


def worker_lives(**_: object) -> None:
    """Called by Celery's `heartbeat_sent`."""
    _tell(WORKER, *map(opens, keys.fingerprints()))


def beat_lives() -> None:
    """Called by beat's scheduler."""
    _tell(BEAT)


def _tell(*signs: str) -> None:
    try:
        with redis.client().pipeline(transaction=False) as pipe:
            for sign in signs:
                pipe.set(sign, "here", ex=SECONDS_TO_LIVE)
            pipe.execute()
    except RedisError:
        # Workers and beat themselves notice and report a lost Redis.
        pass
