"""A WebSocket as a program opens it, over a real connection: no test client between the wire and the assertion."""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

CLOSE, TEXT = 8, 1


class WebSocket:
    """The little of RFC 6455 that tests need: short text messages out, messages and close codes in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass

    def send(self, text: str) -> None:
        payload = text.encode()
        assert len(payload) < 126
        # Clients mask what they send; a mask of zeros is one.
        self._connection.sendall(bytes([0x80 | TEXT, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def close(self) -> None:
        self._file.close()

    def receive(self) -> str | int:
        """The next message, or the code with which the server closes."""
        while True:
            first, size = self._file.read(2)
            if size == 126:
                (size,) = struct.unpack(">H", self._file.read(2))
            payload = self._file.read(size)
            if first & 0x0F == CLOSE:
                return int(struct.unpack(">H", payload[:2])[0])
            if first & 0x0F == TEXT:
                return payload.decode()


@contextmanager
def opened(url: str, *, path: str = "/ws/post_request", cookies: str = "") -> Iterator[WebSocket]:
    """A socket of the site at `url`, from a page of it."""
    parts = urlsplit(url)
    assert parts.hostname
    headers = [
        f"GET {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {os.urandom(12).hex()[:22]}==",
        f"Cookie: {cookies}",
    ]
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=20) as connection:
        connection.sendall("\r\n".join([*headers, "", ""]).encode())
        with closing(WebSocket(connection)) as web_socket:
            yield web_socket
