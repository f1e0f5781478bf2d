"""Settings that run a site, but not for others."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.http.request import validate_host
from django.utils.translation import gettext as _

from secureblogs.running import environment
from secureblogs.running.backups import archives
from secureblogs.running.doctor.findings import Finding, Findings

SHORTEST_SECRET = 50
# Where mail servers speak TLS from the first byte, and where clients may ask for it.
TLS_PORT = 465
PORTS = {TLS_PORT, 587}
HERE = {"localhost", "127.0.0.1", "::1"}
# A setting of .env.example, also one that stands there for its form alone.
NAMED = re.compile(r"^(?:# )?(\w+?)(?:_FILE)?=", re.MULTILINE)


def check_settings() -> Findings:
    """Look at the settings of this process."""
    if settings.DEBUG:
        yield Finding(_("DEBUG is on: an error shows code and settings."), _("Set DEBUG=false."))
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        yield Finding(
            _("SECRET_KEY is short: whoever guesses it can make links and sessions."),
            _("Make another: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            _("ALLOWED_HOSTS takes every name: a stranger can have mail carry an address of theirs."),
            _("Name the site's own names there."),
        )
    if not validate_host(str(urlsplit(settings.SITE_URL).hostname), settings.ALLOWED_HOSTS):
        yield Finding(
            _("ALLOWED_HOSTS lacks the name in SITE_URL: every page is refused there."),
            _("Name it there, too, or leave ALLOWED_HOSTS out."),
        )
    yield from _check_names()
    yield from _check_address()
    yield from _check_what_is_missing()
    for message in run_checks(include_deployment_checks=not _is_here()):
        if message.level >= WARNING and message.id not in settings.SILENCED_SYSTEM_CHECKS:
            yield Finding(f"{message.id}: {message.msg}", message.hint or "")


def _check_names() -> Findings:
    known = NAMED.findall((environment.BASE_DIR / ".env.example").read_text())
    for name in environment.names_in_file:
        if name.removesuffix("_FILE") not in known:
            yield Finding(
                _("The file of settings has %(name)s, which is no setting of this site.") % {"name": name},
                _("Compare it with those of .env.example: a misspelt one has no effect."),
                is_warning=True,
            )


def _check_address() -> Findings:
    if not settings.IS_HTTPS and not _is_here():
        yield Finding(
            _("SITE_URL is no https address: browsers make and keep keys on https and localhost only."),
            _("Put a proxy with TLS in front, and set SITE_URL=https://... (docs/deploy.md, step 7)."),
        )
    if settings.IS_HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield Finding(
            _("TRUSTED_PROXIES is 0 on an https site: everybody seems to come from the proxy's address."),
            _("Set TRUSTED_PROXIES to how many proxies stand in front, mostly 1."),
        )


def _check_what_is_missing() -> Findings:
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        yield Finding(
            _("No mail server is named: nobody confirms an address, and a forgotten password is lost."),
            _(
                "Set EMAIL_URL and DEFAULT_FROM_EMAIL, then try it: manage.py doctor --mail-to you@example.org."
            ),
            is_warning=True,
        )
    elif (settings.EMAIL_PORT == TLS_PORT) != settings.EMAIL_USE_SSL and settings.EMAIL_PORT in PORTS:
        yield Finding(
            _(
                "EMAIL_URL names a port and a way to TLS that do not fit: the mail server will not be understood."
            ),
            _("Write smtp+ssl:// with port 465, and smtp+tls:// with port 587, as your mail server has it."),
        )
    if not settings.BACKUP_RECIPIENTS:
        yield Finding(
            _("No backup can be made, since nobody is named who could open it."),
            _("Make a key with age-keygen and set BACKUP_RECIPIENTS (docs/deploy.md, Backups)."),
            is_warning=True,
        )
    try:
        archives.read_recipients(settings.BACKUP_RECIPIENTS)
    except archives.NotABackup as error:
        yield Finding(
            f"BACKUP_RECIPIENTS: {error}",
            _("Name the public half, which age-keygen prints; the private one stays on another machine."),
        )
    if not settings.SECURITY_CONTACTS:
        yield Finding(
            _("Who finds a weakness does not learn whom to write to."),
            _("Set SECURITY_CONTACTS to an address that somebody reads."),
            is_warning=True,
        )


def _is_here() -> bool:
    """Whether the site is only for this machine, as with `make run`."""
    return urlsplit(settings.SITE_URL).hostname in HERE
