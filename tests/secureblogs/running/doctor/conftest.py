from collections.abc import Iterator

import pyrage
import pytest

from secureblogs.workers import heartbeat, redis


@pytest.fixture
def complete(settings, db, empty_queues) -> Iterator[None]:
    """An installation in which nothing is wrong."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    settings.SECURITY_CONTACTS = ["security@example.org"]
    heartbeat.beat_lives()
    heartbeat.worker_lives()
    client = redis.client()
    before = {name: str(client.config_get(name)[name]) for name in ("appendonly", "maxmemory-policy")}
    client.config_set("appendonly", "yes")
    yield
    for name, value in before.items():
        client.config_set(name, value)
