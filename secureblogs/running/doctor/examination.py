"""All checks one after the other. A server that is away is a finding like others."""

from collections.abc import Callable, Iterator

from django.db import OperationalError
from django.utils.translation import gettext as _
from redis import RedisError

from secureblogs.queries.outages import first_words
from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.running.doctor.machine import check_clock, check_disk, check_files
from secureblogs.running.doctor.postgresql import check_postgresql
from secureblogs.running.doctor.provider import check_provider, check_provider_settings
from secureblogs.running.doctor.proxies import check_proxies
from secureblogs.running.doctor.queues import check_queues
from secureblogs.running.doctor.redis_server import check_processes, check_redis
from secureblogs.running.doctor.secret_files import check_sealing_key, check_secret_files
from secureblogs.running.doctor.site_settings import check_settings
from secureblogs.workers.hints import NoBroker

Check = Callable[[], Findings]
# What a web process can see of itself, in a moment.
INSIDE: tuple[Check, ...] = (
    check_settings,
    check_provider_settings,
    check_secret_files,
    check_sealing_key,
    check_postgresql,
    check_redis,
    check_processes,
    check_queues,
    check_clock,
    check_disk,
    check_files,
)
ALL: tuple[Check, ...] = (*INSIDE, check_provider, check_proxies)


def examine(checks: tuple[Check, ...]) -> list[Finding]:
    """Return what the checks find, once each, what hinders people before what only could be better."""
    found = dict.fromkeys(finding for check in checks for finding in _carry_out(check))
    return sorted(found, key=lambda finding: finding.is_warning)


def _carry_out(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except OperationalError as error:
        yield Finding(
            _("PostgreSQL does not answer as it should: %(error)s") % {"error": first_words(error)},
            _("Start it, and look at DATABASE_URL and at the server's log."),
        )
    except (RedisError, NoBroker):
        yield Finding(
            _("Redis does not answer, or refuses what the site asks."),
            _("Start it, and look at REDIS_URL and at the server's log."),
        )
