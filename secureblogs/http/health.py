"""Does this process serve, and is everything there that it needs?

ThreadHandler answers both questions before any middleware: a probe names this process by its number and not by a name
of the site, and needs an answer even when all threads wait for a database that hangs.
"""

import asyncio
from collections.abc import Coroutine
from functools import cache

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from redis import RedisError, ResponseError

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.workers import heartbeat, keys, redis

SECONDS_TO_CHECK = 2
PROBE = "secureblogs:probe"
Found = dict[str, bool]


async def answer(request: HttpRequest) -> HttpResponse:
    """/healthz: this process serves. /readyz: everything is there, or 503 with what is not."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if request.path == "/healthz":
        return HttpResponse("ok", content_type="text/plain")
    found = await _shared_check.result()
    return JsonResponse(found, status=200 if all(found.values()) else 503)


async def check() -> Found:
    """Return what is there, in two seconds even if a server is frozen."""
    database, broker = await asyncio.gather(_within_time(_check_database()), _within_time(_check_redis()))
    return {
        "database": bool(database),
        # Both may answer and refuse every write, as after a failover.
        "writes": database.get("writes", False) and broker.get("writes", False),
        "redis": bool(broker),
        "migrations": database.get("migrations", False),
        "worker": broker.get("worker", False),
        "beat": broker.get("beat", False),
        "sealing_key": broker.get("sealing_key", False),
    }


class _SharedCheck:
    """One check at a time for all probes: anybody may ask, and each check takes connections of its own."""

    def __init__(self) -> None:
        self._task: asyncio.Task[Found] | None = None

    async def result(self) -> Found:
        task = self._task
        if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
            self._task = task = asyncio.create_task(check())
        return await asyncio.shield(task)


_shared_check = _SharedCheck()


async def _within_time(check: Coroutine[None, None, Found]) -> Found:
    try:
        async with asyncio.timeout(SECONDS_TO_CHECK):
            return await check
    except (TimeoutError, OSError, psycopg.Error, RedisError):
        return {}


async def _check_database() -> Found:
    # A connection of its own: when those of the threads hang, this must still find out.
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as database:
        try:
            rows = await (await database.execute("SELECT app, name FROM django_migrations")).fetchall()
        except psycopg.errors.UndefinedTable:
            return {"migrations": False, "writes": False}
        migrations = _migrations() <= {(app, name) for app, name in rows}
        try:
            # PostgreSQL refuses even to delete nothing where it takes no writes.
            await database.execute("DELETE FROM django_migrations WHERE false")
        except psycopg.errors.ReadOnlySqlTransaction:
            return {"migrations": migrations, "writes": False}
        return {"migrations": migrations, "writes": True}


async def _check_redis() -> Found:
    return await asyncio.to_thread(_look_at_redis)


def _look_at_redis() -> Found:
    try:
        sealing_key = [heartbeat.opens(keys.public_key().fingerprint)]
    except UnacceptableKey:
        sealing_key = []
    asked = redis.client()
    found = {
        "worker": bool(asked.exists(heartbeat.WORKER)),
        "beat": bool(asked.exists(heartbeat.BEAT)),
        "sealing_key": bool(sealing_key and asked.exists(*sealing_key)),
    }
    try:
        asked.set(PROBE, "here", ex=1)
    except ResponseError:
        return {**found, "writes": False}
    return {**found, "writes": True}


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Return every migration that this version of the site has."""
    return frozenset(MigrationLoader(None).disk_migrations)
