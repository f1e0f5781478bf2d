"""PostgreSQL: its version, its log, its connections, its tables."""

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from secureblogs.running.doctor.findings import Finding, Findings

OLDEST = 14
# A web process keeps a few connections beside those of its threads.
BESIDE_THREADS = 3
SETTINGS = """
    SELECT name, setting FROM pg_settings WHERE name IN (
        'log_min_error_statement', 'log_error_verbosity', 'log_statement', 'log_min_duration_statement',
        'log_min_duration_sample', 'log_parameter_max_length', 'max_connections', 'transaction_read_only', 'fsync')
"""
QUIET_STATEMENTS = {"panic", "fatal"}


def check_postgresql() -> Findings:
    """Look at the server as this site's role sees it. OperationalError while it is away."""
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        found = dict(cursor.fetchall())
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        ((is_superuser,),) = cursor.fetchall()
    if connection.connection.info.server_version // 10_000 < OLDEST:
        yield Finding(
            _("PostgreSQL is older than version %(version)d.") % {"version": OLDEST},
            _("Upgrade it: the site is not tried with it."),
        )
    if is_superuser:
        yield Finding(
            _("The site's role is a superuser of PostgreSQL, which can read the machine's files."),
            _("Make a role that only owns the database (docs/deploy.md, step 2)."),
        )
    if found["transaction_read_only"] == "on":
        yield Finding(_("PostgreSQL takes no writes."), _("Name the primary server in DATABASE_URL."))
    if found["fsync"] == "off":
        yield Finding(
            _("PostgreSQL does not flush to the disk (fsync is off): a power cut can destroy the database."),
            _("Set fsync = on in postgresql.conf."),
        )
    yield from check_log(found)
    yield from _check_connections(int(found["max_connections"]))
    yield from _check_migrations()


def check_log(found: dict[str, str]) -> Findings:
    """Look at what it logs, by its settings."""
    if found["log_min_error_statement"] not in QUIET_STATEMENTS:
        yield Finding(
            _("PostgreSQL logs the statements that fail, with titles and addresses in them."),
            _("ALTER ROLE ... SET log_min_error_statement = panic (docs/deploy.md, step 2)."),
        )
    if found["log_error_verbosity"] != "terse":
        yield Finding(
            _("PostgreSQL logs the rows that break a rule, with addresses in them."),
            _("ALTER ROLE ... SET log_error_verbosity = terse (docs/deploy.md, step 2)."),
        )
    logs_all = found["log_statement"] in ("mod", "all") or found["log_min_duration_statement"] != "-1"
    if logs_all and found["log_parameter_max_length"] != "0":
        yield Finding(
            _("PostgreSQL logs statements with their values: titles, names and addresses."),
            _(
                "Set log_parameter_max_length = 0, or log_statement = none and log_min_duration_statement = -1."
            ),
        )


def _check_connections(most: int) -> Findings:
    needed = settings.WEB_THREADS + BESIDE_THREADS
    if most < 2 * needed:
        yield Finding(
            ngettext(
                "PostgreSQL takes %(most)d connection, and one web process needs up to %(needed)d.",
                "PostgreSQL takes %(most)d connections, and one web process needs up to %(needed)d.",
                most,
            )
            % {"most": most, "needed": needed},
            _("Raise max_connections, or lower WEB_THREADS."),
            is_warning=True,
        )


def _check_migrations() -> Findings:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        yield Finding(
            ngettext(
                "The database lacks %(number)d migration of this version.",
                "The database lacks %(number)d migrations of this version.",
                missing,
            )
            % {"number": missing},
            _("Run the release step: systemctl restart secureblogs-release."),
        )
