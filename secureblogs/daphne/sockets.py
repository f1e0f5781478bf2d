"""Daphne's WebSockets with limits to what a client sends, and to what it leaves unread."""

import asyncio
import time

from autobahn.websocket.types import ConnectionRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.http import HttpRequest, HttpResponse

from secureblogs.daphne import close_codes, limits, requests
from secureblogs.http import outside


class LimitedSocket(WebSocketProtocol):
    """Daphne's side of a socket, which takes anything for as long as it comes, and keeps what nobody reads."""

    taken = 0.0
    taken_at = 0.0
    is_over = False

    def onConnect(self, request: ConnectionRequest) -> object:  # noqa: N802
        """Autobahn calls this for a handshake that is as it should be."""
        # Daphne would believe the first one, and break off at the second one if it is not ASCII. Nobody needs them.
        for name in ("daphne-root-path", "sec-websocket-protocol"):
            request.headers.pop(name, None)
        return super().onConnect(request)

    def sendHttpErrorResponse(  # noqa: N802
        self,
        code: int,
        reason: str,
        responseHeaders: object = None,  # noqa: N803
    ) -> None:
        """Autobahn calls this where the handshake failed, or the application refuses it."""
        refusal = outside.respond(HttpRequest(), lambda request: HttpResponse(status=code))
        self.sendData(requests.to_bytes(refusal))
        if not hasattr(self, "application_queue"):
            requests.note(b"WEBSOCKET", getattr(self, "http_request_uri", "-").encode(), code)

    def onOpen(self) -> None:  # noqa: N802
        """Autobahn calls this when the handshake is done."""
        super().onOpen()
        self.transport.bufferSize = limits.MOST_UNREAD_BYTES
        # This takes the place of what served HTTP here.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Twisted calls this with each piece. After too much, this looks at nothing more."""
        if self.state == self.STATE_OPEN:
            self._count(len(data))
        if not self.is_over:
            super().dataReceived(data)

    def _count(self, size: int) -> None:
        now = time.monotonic()
        self.taken = max(0.0, self.taken - limits.BYTES_A_SECOND * (now - self.taken_at)) + size
        self.taken_at = now
        if self.taken > limits.MOST_BYTES:
            self.is_over = True
            self.sendCloseFrame(code=close_codes.POLICY_VIOLATION, reasonUtf8=None, isReply=False)

    def pauseProducing(self) -> None:  # noqa: N802
        """Twisted calls this when too much waits for the client. It writes then, so the end comes later."""
        self.is_over = True
        asyncio.get_running_loop().call_soon(self.dropConnection, True)

    def resumeProducing(self) -> None:  # noqa: N802
        """Twisted calls this when the client has read all. Nothing waits for that."""

    def stopProducing(self) -> None:  # noqa: N802
        """Twisted calls this when the connection is gone."""


def set_up() -> None:
    """Limit the sockets of this process."""
    WebSocketFactory.protocol = LimitedSocket
