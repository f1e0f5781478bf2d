"""What Prometheus learns of the workers: which processes live, and how much waits for them."""

from secureblogs.http.metrics import sampled
from secureblogs.workers import heartbeat, hints, redis


@sampled("alive", "Processes that give signs of life", "process")
def living() -> dict[str, float]:
    """1 for each kind of process of which one lives, else 0. RedisError."""
    client = redis.client()
    signs = {"worker": heartbeat.WORKER, "beat": heartbeat.BEAT}
    return {name: float(client.exists(sign)) for name, sign in signs.items()}


@sampled("queue_length", "Hints that wait in a queue", "queue")
def waiting() -> dict[str, float]:
    """By the queue's name. NoBroker."""
    return {name: float(length) for name, length in hints.queue_lengths().items()}


@sampled("queue_age_seconds", "Age of the hint that has waited longest in a queue", "queue")
def oldest() -> dict[str, float]:
    """By the queue's name; 0 where none waits. RedisError."""
    return hints.queue_ages()
