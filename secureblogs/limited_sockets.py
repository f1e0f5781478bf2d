"""Daphne's WebSockets with limits to what a client sends, and to what it leaves unread."""

import asyncio
import time

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from secureblogs import close_codes, socket_limits


class LimitedSocket(WebSocketProtocol):
    """Daphne's side of a socket, which takes anything for as long as it comes, and keeps what nobody reads."""

    taken = 0.0
    taken_at = 0.0
    is_over = False

    def onOpen(self) -> None:  # noqa: N802
        """Daphne: the handshake is done."""
        super().onOpen()
        self.transport.bufferSize = socket_limits.MOST_UNREAD_BYTES
        # In place of what served HTTP here.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Twisted: so much has come. After too much nothing is even looked at."""
        if self.state == self.STATE_OPEN:
            self._count(len(data))
        if not self.is_over:
            super().dataReceived(data)

    def _count(self, size: int) -> None:
        now = time.monotonic()
        self.taken = max(0.0, self.taken - socket_limits.BYTES_A_SECOND * (now - self.taken_at)) + size
        self.taken_at = now
        if self.taken > socket_limits.MOST_BYTES:
            self.is_over = True
            self.sendCloseFrame(code=close_codes.POLICY_VIOLATION, reasonUtf8=None, isReply=False)

    def pauseProducing(self) -> None:  # noqa: N802
        """Twisted: too much waits to be read. It is in the middle of writing, so the end comes a moment later."""
        self.is_over = True
        asyncio.get_running_loop().call_soon(self.dropConnection, True)

    def resumeProducing(self) -> None:  # noqa: N802
        """Twisted: all was read. Nothing waits for that."""

    def stopProducing(self) -> None:  # noqa: N802
        """Twisted: the connection is gone."""


def set_up() -> None:
    """Limit the sockets of this process."""
    WebSocketFactory.protocol = LimitedSocket
