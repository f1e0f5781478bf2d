"""Limits to the requests in hand at once: one client's requests wait, so that everybody else is answered meanwhile.

A request in hand holds a thread and its connection to the database. Without turns the thousand tabs that fetch their
page again after one event would take them all, and so would one client whose hundred requests wait for each other.
"""

import os
from contextlib import AsyncExitStack
from io import BytesIO
from typing import cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.urls import Resolver404, resolve

from secureblogs.http import clients, error_pages, outside
from secureblogs.http.fair_queue import FairQueue, TooMuchAtOnce
from secureblogs.http.handler import HEALTH
from secureblogs.http.known_sessions import SIGNED_IN, KnownSessions
from secureblogs.http.utf8_requests import Utf8Request

# What the application writes into a scope.
Marks = dict[str, object]

# Requests in hand at once: of one session, a few more than a browser sends; of all visitors from one address one, since
# sixty of them at once made a reader wait fourteen times as long; of pages that fetch themselves again, with nobody
# waiting, few.
MOST_OF_ONE, MOST_OF_VISITORS, MOST_REFRESHES = 8, 1, 4
# A password's hash takes a core for a fifth of a second, and 100 MiB. The other core answers everybody else.
HASHES_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
# A guess over the limit is refused without a hash; a client that guesses on as fast as it is refused would keep the
# process busy. A turn lasts as long as the hash of a fast machine, so nobody who is let in is slower for it.
SECONDS_OF_A_TURN = 0.1
# The server has so many probes of one address in hand at once, and counts each for so long at least. A monitor asks
# once a second; sixty connections that ask without a pause made a reader wait thirty times as long.
MOST_PROBES, SECONDS_OF_A_PROBE = 4, 0.05
# A client that waits longer hears when to come again. The process refuses nobody sooner, who would ask again at once.
SECONDS_TO_WAIT = 10


class ConcurrencyLimit:
    """Passes requests on to the application, each in its turn. For one event loop."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application
        self.sessions = KnownSessions()
        self._clients = FairQueue(of_one=MOST_OF_ONE)
        self._visitors = FairQueue(of_one=MOST_OF_VISITORS)
        # A session's tabs in the background wait apart from what it asks besides.
        self._refreshing = FairQueue(of_one=MOST_OF_ONE)
        self._refreshes = FairQueue(at_once=MOST_REFRESHES)
        self._probes = FairQueue(of_one=MOST_PROBES, at_least=SECONDS_OF_A_PROBE)
        self._hashes = FairQueue(at_once=HASHES_AT_ONCE, at_least=SECONDS_OF_A_TURN)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Wait, and pass it on."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        session = clients.session_key(clients.header(scope, b"cookie"))
        async with AsyncExitStack() as turns:
            try:
                await self._wait(scope, session, turns)
            except TooMuchAtOnce:
                response = outside.respond(Utf8Request(scope, BytesIO()), error_pages.too_many_requests)
                await outside.send_response(response, send)
                return
            await self.application(scope, receive, send)
        if session and SIGNED_IN in scope:
            self.sessions.note(session, is_signed_in=bool(cast("Marks", scope)[SIGNED_IN]))

    async def _wait(self, scope: HTTPScope, session: str, turns: AsyncExitStack) -> None:
        address = clients.network(clients.address_of(scope))
        if scope["path"] in HEALTH:
            # Each has turns of its own: one waits for servers that hang, and the other never does.
            await turns.enter_async_context(self._probes.turn(f"{address} {scope['path']}"))
        elif _is_hashing(scope):
            # Nothing else is held meanwhile: from the same address others read the pages around it.
            await turns.enter_async_context(self._hashes.turn(address, patience=SECONDS_TO_WAIT))
        elif session not in self.sessions:
            # The session is nobody's, as far as this process knows: a client that makes up sessions is a visitor like
            # any other. After a restart all tabs of an office are visitors once, and people pass those that fetch
            # themselves again.
            lane = "refreshes" if _is_refresh(scope) else "pages"
            await turns.enter_async_context(self._visitors.turn(f"{address} {lane}"))
        elif _is_refresh(scope):
            await turns.enter_async_context(self._refreshing.turn(session))
            await turns.enter_async_context(self._refreshes.turn(session))
        else:
            await turns.enter_async_context(self._clients.turn(session))


def _is_hashing(scope: HTTPScope) -> bool:
    """Whether the answer takes the hash of a password."""
    if scope["method"] != "POST":
        return False
    try:
        return resolve(scope["path"]).view_name in settings.HASHING_ADDRESSES
    except Resolver404:
        return False


def _is_refresh(scope: HTTPScope) -> bool:
    accept, destination = (clients.header(scope, name) for name in (b"accept", b"sec-fetch-dest"))
    return clients.is_refresh(scope["method"], accept=accept, destination=destination)
