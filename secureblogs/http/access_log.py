"""The access log: each request and its answer, without the tokens that some addresses carry."""

import logging
import re
import time
from urllib.parse import quote

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)
from django.conf import settings
from pythonjsonlogger.json import JsonFormatter

from secureblogs.http import metrics, request_ids
from secureblogs.http.clients import header

logger = logging.getLogger(__name__)

# Invitations, password resets, email confirmations, unsubscribing: who reads one in a log could use it.
_TOKENS = re.compile(
    r"(/join/+|/accounts/+password/+reset/+key/+|/accounts/+confirm-email/+|/requests/+unsubscribe/+)[^/\s\"'>?]+",
    re.IGNORECASE,
)
# A path, a Host: whatever somebody sends may be as long as they like.
_LONG = re.compile(r"(\S{300})\S+")
# Machines ask these every few seconds, or a browser many times for one page.
_DULL = re.compile(r"/(healthz|readyz)$|/static/")


def mask_tokens(text: str) -> str:
    """The text with stars in place of each token."""
    return _TOKENS.sub(r"\1***", text)


class MaskingFormatter(logging.Formatter):
    """The formatter of every handler: it tells the time in UTC, and cuts what somebody sent at 300 characters."""

    converter = time.gmtime  # type: ignore[assignment]
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The usual line, its tokens masked."""
        return _LONG.sub(r"\1…", mask_tokens(super().format(record)))


class MaskingJsonFormatter(JsonFormatter):
    """The same as one JSON object a line, for machines; `request_id` joins the lines of one request."""

    converter = time.gmtime  # type: ignore[assignment]

    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        """The members, their tokens masked."""
        log_data["request_id"] = request_ids.current.get()
        return {name: _LONG.sub(r"\1…", mask_tokens(str(value))) for name, value in log_data.items()}


class NewsFilter(logging.Filter):
    """Keeps what says more than the line of the request that it is about.

    Django reports every answer from 400 on, some with a traceback; below 500 it is somebody else's mistake.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the log keeps it."""
        return getattr(record, "status_code", 500) >= 500


def note(method: str, path: str, status: int, seconds: float) -> None:
    """Write the one line of a request."""
    if status >= 400 or not _DULL.search(path):
        # The path is quoted, so that nobody writes lines of their own into the log.
        quoted = quote(path, safe="/:@!$&'()*+,;=~")
        logger.info("%s %s %s %s ms", method, mask_tokens(quoted), status or "-", round(1000 * seconds))


class AccessLog:
    """One line for each answer of the application: method, path, status, milliseconds."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Pass everything on, and remember the status."""
        if scope["type"] == "lifespan":
            await self.application(scope, receive, send)
            return
        started = time.monotonic()
        request_id = request_ids.begin(header(scope, request_ids.HEADER)).encode()
        if scope["type"] == "websocket":
            metrics.sockets.inc()
        method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
        status = 0

        async def send_and_see(event: ASGISendEvent) -> None:
            nonlocal status
            if event["type"] in ("http.response.start", "websocket.http.response.start"):
                status = event["status"]
                # A page has fifty static files: their ids, which nobody asks for, would weigh two kilobytes.
                if not scope["path"].startswith(settings.STATIC_URL):
                    event["headers"] = [*event["headers"], (request_ids.HEADER, request_id)]
            elif event["type"] == "websocket.close":
                status = event.get("code", 403)
            await send(event)

        try:
            await self.application(scope, receive, send_and_see)
        finally:
            seconds = time.monotonic() - started
            note(method, scope["path"], status, seconds)
            metrics.count_request(method, status, seconds)
            if scope["type"] == "websocket":
                metrics.sockets.dec()
