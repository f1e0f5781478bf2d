"""The site as a visitor reaches it, through whatever stands in front."""

import base64
import http.client
import json
import secrets
import socket
import ssl
import time
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from secureblogs.http.mirror import open_mirror
from secureblogs.running.doctor.findings import Finding, Findings

SECONDS_TO_ANSWER = 5
LEAST_DAYS = 14
# No address of anybody (RFC 5737): if the site sees it, it believes what its visitors say.
MADE_UP = "203.0.113.7"
LIES = {"X-Forwarded-For": MADE_UP, "X-Forwarded-Proto": "http"}


def check_proxies() -> Findings:
    """Ask the site at SITE_URL as anybody could, and with headers that lie. RedisError while Redis is away."""
    try:
        status, headers, body = _get(open_mirror(), LIES)
        yield from _check_certificate()
    except (OSError, http.client.HTTPException) as error:
        yield Finding(
            _("The site does not answer at %(address)s: %(error)s.")
            % {"address": settings.SITE_URL, "error": error},
            _("Start the web process and the proxy, and look at names, ports and certificates."),
        )
        return
    if status != http.client.OK:
        yield from _explain(status, headers)
        return
    yield from _check_what_is_seen(json.loads(body))
    if settings.IS_HTTPS and "strict-transport-security" not in headers:
        yield Finding(
            _("The proxy removes the header Strict-Transport-Security."), _("Let it pass on all headers.")
        )
    if not _opens_socket():
        yield Finding(
            _("The proxy passes no WebSocket on: nobody hears of anything live."),
            _("Let it pass on Upgrade and Connection (deploy/nginx.conf)."),
        )


def _explain(status: int, headers: dict[str, str]) -> Findings:
    if settings.IS_HTTPS and headers.get("location", "").startswith("https://"):
        yield Finding(
            _("The site takes a request by TLS for one without: it redirects to itself, for ever."),
            _("Have the proxy set X-Forwarded-Proto itself, whatever a visitor sends."),
        )
    else:
        yield Finding(
            _("At %(address)s something else answers (%(status)d).")
            % {"address": settings.SITE_URL, "status": status},
            _("Have the proxy pass everything on to this site, and set Host."),
        )


def _check_what_is_seen(seen: dict[str, object]) -> Findings:
    if seen["address"] == MADE_UP:
        yield Finding(
            _("Visitors can lie about their address: limits of guesses count nobody."),
            _("Set TRUSTED_PROXIES to how many proxies really stand in front."),
        )


def _check_certificate() -> Findings:
    if not settings.IS_HTTPS:
        return
    host, port = _place()
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=SECONDS_TO_ANSWER) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        certificate = cast("dict[str, str]", secured.getpeercert())
    days = int((ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) / 86_400)
    if days < LEAST_DAYS:
        yield Finding(
            _("The certificate ends in %(days)d days.") % {"days": days},
            _("Renew it, and see why that did not happen by itself."),
        )


def _opens_socket() -> bool:
    """Whether the handshake of a WebSocket gets through (RFC 6455, section 4.1)."""
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Origin": settings.SITE_URL,
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }
    try:
        return _get("/ws/post_request", handshake)[0] == http.client.SWITCHING_PROTOCOLS
    except (OSError, http.client.HTTPException):
        return False


def _get(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their names in small letters, and body."""
    host, port = _place()
    kind = http.client.HTTPSConnection if settings.IS_HTTPS else http.client.HTTPConnection
    connection = kind(host, port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = b"" if answer.status == http.client.SWITCHING_PROTOCOLS else answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
    finally:
        connection.close()


def _place() -> tuple[str, int]:
    address = urlsplit(settings.SITE_URL)
    assert address.hostname
    return address.hostname, address.port or (443 if settings.IS_HTTPS else 80)
