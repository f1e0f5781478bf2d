"""Django in few threads: each answers one whole request after the other, over a database connection that it keeps."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import IO, TypeVar, cast

from asgiref.typing import HTTPScope
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from secureblogs.http import clients, health, metrics, outside, service_unavailable
from secureblogs.http.fair_queue import FairQueue, TooMuchAtOnce
from secureblogs.http.known_sessions import SIGNED_IN
from secureblogs.http.origins import Receive, Scope, Send
from secureblogs.http.utf8_requests import Utf8Request
from secureblogs.queries.connections import close_ended

T = TypeVar("T")

HEALTH = ("/healthz", "/readyz")
# When no thread has taken up a request for so long, its client hears to come again.
SECONDS_TO_WAIT = 10


class ThreadHandler(ASGIHandler):
    """Answers every request in one thread.

    Django's own handler starts a thread for each request, whose connection ends with it, and changes between the loop
    and that thread twice for each middleware when one of them is asynchronous.
    """

    request_class = Utf8Request

    def __init__(self, *, threads: int) -> None:
        super().__init__()
        self._number = threads
        self._free = FairQueue(at_once=threads)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Django calls this once: its middlewares and views are then called from a thread."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in HEALTH:
            await self.send_response(await self._answer_health(scope), send)
            return
        if scope["path"] == metrics.PATH and metrics.is_for(clients.address_of(cast("HTTPScope", scope))):
            await self.send_response(await self._answer_metrics(scope), send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            await self.send_response(await self._answer(scope, body), send)

    async def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        address = clients.network(clients.address_of(cast("HTTPScope", scope)))
        try:
            async with self._free.turn(address, patience=SECONDS_TO_WAIT):
                return await self._in_thread(self._answer_in_thread, scope, body)
        except TooMuchAtOnce:
            return self._turn_away(scope, body)

    def _answer_in_thread(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        close_ended()
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request else refusal
        # Django keeps the user here, if something has asked whose request it is.
        user = getattr(request, "_cached_user", None)
        if user is not None:
            scope[SIGNED_IN] = user.is_authenticated
        assert response is not None
        # The answer is whole, and the thread that opened something for it closes that.
        assert not response.streaming
        response.close()
        return response

    async def _answer_health(self, scope: Scope) -> HttpResponseBase:
        request = self.request_class(scope, BytesIO())
        response = await health.answer(request)
        return outside.respond(request, lambda _: response)

    async def _answer_metrics(self, scope: Scope) -> HttpResponseBase:
        # Before it waits for a thread itself.
        metrics.note_pool(threads=self._number, busy=self._free.in_hand, waiting=self._free.waiting)
        response = await self._in_thread(_measure)
        return outside.respond(self.request_class(scope, BytesIO()), lambda _: response)

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        # What the thread logs bears the id of the request.
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(context.run, function, *args))

    def _turn_away(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        return outside.respond(self.request_class(scope, body), service_unavailable.try_again)


def _measure() -> HttpResponse:
    close_ended()
    return metrics.answer()
