"""What was asked and how it was answered, without the tokens that some addresses carry."""

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

logger = logging.getLogger(__name__)

# Invitations, password resets, email confirmations, unsubscribing: who reads one in a log could use it.
_TOKENS = re.compile(
    r"(/join/|/accounts/password/reset/key/|/accounts/confirm-email/|/requests/unsubscribe/)[^/\s\"'>?]+"
)
# Asked every few seconds by machines, or many times for one page; Django reports their failures.
_DULL = re.compile(r"/(healthz|readyz)$|/static/")


def mask_tokens(text: str) -> str:
    """The text with stars in place of each token."""
    return _TOKENS.sub(r"\1***", text)


class MaskingFormatter(logging.Formatter):
    """For every handler: Django's own messages about a bad request name its address, too."""

    def format(self, record: logging.LogRecord) -> str:
        """The usual line, its tokens masked."""
        return mask_tokens(super().format(record))


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
        method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
        status = 0

        async def send_and_see(event: ASGISendEvent) -> None:
            nonlocal status
            if event["type"] in ("http.response.start", "websocket.http.response.start"):
                status = event["status"]
            elif event["type"] == "websocket.close":
                status = event.get("code", 403)
            await send(event)

        try:
            await self.application(scope, receive, send_and_see)
        finally:
            if not _DULL.search(scope["path"]):
                # Quoted, so that nobody writes lines of their own into the log.
                path = mask_tokens(quote(scope["path"], safe="/:@!$&'()*+,;=~"))
                milliseconds = round(1000 * (time.monotonic() - started))
                logger.info("%s %s %s %s ms", method, path, status or "-", milliseconds)
