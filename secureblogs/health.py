"""Does this process serve, and is everything there that it needs?"""

import asyncio
from collections.abc import Coroutine
from functools import cache

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError
from redis.asyncio import Redis

from secureblogs.heartbeat import WORKER_KEY

SECONDS_TO_CHECK = 2


@never_cache
@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """This process serves."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """Everything is there: 200, or 503 with what is not."""
    found = await _shared_check.result()
    return JsonResponse(found, status=200 if all(found.values()) else 503)


async def check() -> dict[str, bool]:
    """What is there, in two seconds even if a server is frozen."""
    database, redis = await asyncio.gather(_within_time(_check_database()), _within_time(_check_redis()))
    return {"database": database[0], "redis": redis[0], "migrations": database[1], "worker": redis[1]}


class _SharedCheck:
    """One check at a time for all who ask: anybody may, and each takes a connection of its own."""

    def __init__(self) -> None:
        self._task: asyncio.Task[dict[str, bool]] | None = None

    async def result(self) -> dict[str, bool]:
        task = self._task
        if task is None or task.done() or task.get_loop() is not asyncio.get_running_loop():
            self._task = task = asyncio.create_task(check())
        return await asyncio.shield(task)


_shared_check = _SharedCheck()


async def _within_time(check: Coroutine[None, None, tuple[bool, bool]]) -> tuple[bool, bool]:
    try:
        async with asyncio.timeout(SECONDS_TO_CHECK):
            return await check
    except (TimeoutError, OSError, psycopg.Error, RedisError):
        return False, False


async def _check_database() -> tuple[bool, bool]:
    # Not from the pool: when that is exhausted or its connections hang, this must still find out.
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    async with await psycopg.AsyncConnection.connect(**parameters) as database:
        await database.execute("SELECT 1")
        try:
            rows = await (await database.execute("SELECT app, name FROM django_migrations")).fetchall()
        except psycopg.errors.UndefinedTable:
            rows = []
    return True, _migrations() <= {(app, name) for app, name in rows}


async def _check_redis() -> tuple[bool, bool]:
    async with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
        return True, bool(await redis.exists(WORKER_KEY))


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Every migration that this version of the site has."""
    return frozenset(MigrationLoader(None).disk_migrations)
