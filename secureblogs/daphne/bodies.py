"""How much one request may send. Twisted takes any length, and Daphne has all of it in memory when it has come.

Up to `SMALL` anybody may send. What is longer waits unread until it is known whose session came along with it, and
until one of few places is free: so a cookie that somebody made up opens nothing, and no person takes all the places.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from importlib import import_module
from io import BytesIO

from daphne import http_protocol
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from twisted.python.failure import Failure

from secureblogs.daphne.requests import Answer, SiteRequest, answer_of, as_django_has_it, refuse
from secureblogs.http import answers, error_pages
from secureblogs.http.fair_queue import FairQueue, TooMuchAtOnce

SMALL = 64 * 1024
# A draft at its worst, and a little more: up to that, Django answers in a sentence (DATA_UPLOAD_MAX_MEMORY_SIZE).
LONGEST = 10 * 1024 * 1024
# A process has so many long ones in hand, and of one person. Twisted hangs up on who has been silent for a minute.
MOST_LONG, MOST_LONG_OF_ONE = 8, 2
SECONDS_TO_WAIT, SECONDS_TO_ARRIVE = 45, 180
# A client that hears a refusal while it sends reads it only when it has sent what is under way.
SECONDS_TO_LINGER = 2

_places = FairQueue(at_once=MOST_LONG, of_one=MOST_LONG_OF_ONE)
# The process looks up one session at a time, over a connection to the database that ends with it.
_look_ups = ThreadPoolExecutor(1, thread_name_prefix="session")


class LimitedRequest(SiteRequest):
    """A request that stops at what a visitor may send, at its place in the queue, and at what anybody may send."""

    received = 0
    is_refused = has_come = may_be_long = False
    # The task that waits for the place of a long body, and holds it.
    holder: "asyncio.Task[None] | None" = None

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """Twisted calls this with the length that the client announced, if it did."""
        super().gotLength(None if length is None else min(length, LONGEST))
        self._judge(length or 0)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """Twisted calls this with each piece. A refused client gets rid of the rest, which nobody reads."""
        self.received += len(data)
        self._judge(self.received)
        if not self.is_refused:
            super().handleContentChunk(data)

    def process(self) -> object:
        """Twisted calls this when all of it has come."""
        self.has_come = True
        if self.is_refused:
            return self.channel.loseConnection()
        return super().process() if self.may_be_long or self.holder is None else None

    def finish(self) -> None:
        """Daphne calls this when it has answered."""
        self._give_place_back()
        super().finish()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        """Twisted calls this when the client is gone."""
        self._give_place_back()
        super().connectionLost(reason)

    def _judge(self, length: int) -> None:
        if self.is_refused:
            return
        if length > LONGEST:
            self._refuse(answer_of(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        elif length > SMALL and self.holder is None:
            self._stop_at_small()

    def _stop_at_small(self) -> None:
        session_key = as_django_has_it(self).COOKIES.get(settings.SESSION_COOKIE_NAME)
        if session_key is None:
            self._refuse(_too_long_for_visitor)
            return
        self.channel.transport.pauseProducing()
        self.holder = asyncio.ensure_future(self._hold_place(session_key))

    async def _hold_place(self, session_key: str) -> None:
        try:
            owner = await asyncio.get_running_loop().run_in_executor(_look_ups, _look_up, session_key)
            if owner is None:
                self._refuse(_too_long_for_visitor)
                return
            async with _places.turn(owner, patience=SECONDS_TO_WAIT):
                self._go_on()
                await asyncio.sleep(SECONDS_TO_ARRIVE)
                if not self.has_come:
                    self.channel.abortConnection()
                # `finish` or `connectionLost` cancels this.
                await asyncio.Future()
        except TooMuchAtOnce:
            self._refuse(error_pages.too_many_requests)
        except DatabaseError:
            self._refuse(answer_of(HTTPStatus.SERVICE_UNAVAILABLE))

    def _go_on(self) -> None:
        self.may_be_long = True
        self.channel.transport.resumeProducing()
        if self.has_come:
            super().process()

    def _give_place_back(self) -> None:
        if self.holder is not None:
            self.holder.cancel()

    def _refuse(self, answer: Answer) -> None:
        self.is_refused = True
        # This closes it now: else it would lie on the disk until the client has gone, too.
        self.content.close()  # type: ignore[has-type]
        self.content = BytesIO()
        refuse(self.channel, answer, linger=SECONDS_TO_LINGER)
        self.channel.transport.resumeProducing()


def set_up() -> None:
    """Limit the requests of this process."""
    http_protocol.WebRequest = LimitedRequest


def _look_up(session_key: str) -> str | None:
    try:
        # Not before Django knows its models, as everywhere with the engine of sessions.
        owner: str | None = import_module(settings.SESSION_ENGINE).owner_of(session_key)
        return owner
    finally:
        connections.close_all()


def _too_long_for_visitor(request: HttpRequest) -> HttpResponse:
    if answers.wants_json(request):
        # It may be a long post of somebody whose session has ended.
        return answers.log_in_first()
    return error_pages.bad_request(request, RequestDataTooBig())
