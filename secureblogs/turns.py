"""Who waits for their turn while many ask at once, so that everybody else is answered meanwhile.

A request in hand holds a connection of the pool. Without turns the thousand tabs that fetch their page again after one
event would take them all, and so would one person whose hundred requests wait for each other.
"""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from http.cookies import CookieError, SimpleCookie

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings

# Requests in hand at once: of one session, a few more than a browser sends; of pages that fetch themselves again, with
# nobody waiting, few.
MOST_OF_ONE, MOST_REFRESHES = 8, 4

Headers = dict[bytes, bytes]


class Turns:
    """Passes requests on to the application, each in its turn. For one event loop."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application
        self._refreshes = asyncio.Semaphore(MOST_REFRESHES)
        # Of a session its refreshes, which may wait long, and all that it asks besides.
        self._queues: dict[tuple[str, bool], asyncio.Semaphore] = {}
        self._queued: Counter[tuple[str, bool]] = Counter()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Wait, and pass it on."""
        if scope["type"] != "http" or scope["path"].startswith(settings.STATIC_URL):
            await self.application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        queue = (_session(headers), _is_refresh(scope, headers))
        self._queued[queue] += 1
        try:
            async with AsyncExitStack() as turns:
                session, is_refresh = queue
                if session:
                    turn = self._queues.setdefault(queue, asyncio.Semaphore(MOST_OF_ONE))
                    await turns.enter_async_context(turn)
                if is_refresh:
                    await turns.enter_async_context(self._refreshes)
                await self.application(scope, receive, send)
        finally:
            self._queued[queue] -= 1
            if not self._queued[queue]:
                del self._queued[queue]
                self._queues.pop(queue, None)


def _session(headers: Headers) -> str:
    """The key that came along; whether it is one is found out later."""
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    return session.value if session else ""


def _is_refresh(scope: HTTPScope, headers: Headers) -> bool:
    """Whether a script fetches a page, as browsers tell. What a reader waits for is JSON."""
    wants_page = b"text/html" in headers.get(b"accept", b"")
    return scope["method"] == "GET" and wants_page and headers.get(b"sec-fetch-dest") == b"empty"
