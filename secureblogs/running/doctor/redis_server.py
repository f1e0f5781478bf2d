"""Redis or Valkey: its version, what it keeps, and whether a worker and beat show signs of life there."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from redis import ResponseError

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.workers import heartbeat, keys, redis

OLDEST = 7


def check_redis() -> Findings:
    """Look at the server. RedisError while it is away."""
    info: Mapping[str, object] = redis.client().info()
    if "valkey_version" not in info and int(str(info["redis_version"]).split(".")[0]) < OLDEST:
        yield Finding(
            _("Redis is older than version %(version)d.") % {"version": OLDEST},
            _("Upgrade it: the site is not tried with it."),
        )
    if info["maxmemory_policy"] != "noeviction":
        yield Finding(
            _("Redis throws entries away when its memory is full: a queue then stalls."),
            _("Set maxmemory-policy noeviction in redis.conf."),
        )
    if not info["aof_enabled"]:
        yield Finding(
            _("Redis keeps no append-only file: after its restart, work waits some seconds for the sweep."),
            _("Set appendonly yes in redis.conf."),
            is_warning=True,
        )
    if info["role"] != "master":
        yield Finding(
            _("Redis is a replica, which takes no writes."), _("Name the primary server in REDIS_URL.")
        )


def check_processes() -> Findings:
    """Look for signs of life. RedisError while Redis is away."""
    asked = redis.client()
    if not asked.exists(heartbeat.BEAT):
        yield Finding(
            _("No beat runs: nothing looks for unfinished work, and no mail tells of requests."),
            _("systemctl start secureblogs-beat, and read its log."),
        )
    if not asked.exists(heartbeat.WORKER):
        yield Finding(
            _("No worker runs: posts wait, and no mail goes out."),
            _("systemctl start secureblogs-worker, and read its log."),
        )
        return
    try:
        is_opened = bool(asked.exists(heartbeat.opens(keys.public_key().fingerprint)))
    except (UnacceptableKey, ResponseError):
        return
    if not is_opened:
        yield Finding(
            _(
                "No worker can open what browsers seal: its private keys are missing, or belong to another pair."
            ),
            _("Let workers read the file in SEALING_PRIVATE_KEYS_FILE; print its public half with --public."),
        )
