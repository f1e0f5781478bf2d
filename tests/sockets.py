"""A WebSocket as a program opens it, over a real connection: no test client between the wire and the assertion."""

import os
import socket
import struct
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9
LONGER = {126: ">H", 127: ">Q"}
HUNG_UP = 1006
ACCEPTED = '{"message": "connection accepted"}'
HEARTBEAT = b'{"type": "heartbeat"}'


class WebSocket:
    """The little of RFC 6455 that tests need: any frames out, text messages and close codes in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = []
        while line := self._file.readline().decode("latin1").strip():
            self.headers.append(line)

    def send(self, text: str) -> None:
        self.send_frame(text.encode())

    def send_frame(
        self, payload: bytes, *, opcode: int = TEXT, is_last: bool = True, is_compressed: bool = False
    ) -> None:
        """One frame, well formed or not."""
        first = opcode | (0x80 if is_last else 0) | (0x40 if is_compressed else 0)
        if len(payload) < 126:
            size = bytes([0x80 | len(payload)])
        else:
            size = bytes([0x80 | 126]) + struct.pack(">H", len(payload))
        # Clients mask what they send; a mask of zeros is one.
        self._connection.sendall(bytes([first]) + size + bytes(4) + payload)

    def send_bytes(self, data: bytes) -> None:
        """What need be no frame at all."""
        self._connection.sendall(data)

    def close(self) -> None:
        self._file.close()

    def receive(self) -> str | int:
        """The next message, or the code with which the server closes; HUNG_UP without one. Answers no pings."""
        try:
            while (frame := self._read_frame()) is not None:
                opcode, payload = frame
                if opcode == CLOSE:
                    return int(struct.unpack(">H", payload[:2])[0])
                # The server beats for every socket, whenever its turn comes.
                if opcode == TEXT and payload != HEARTBEAT:
                    return payload.decode()
        except ConnectionResetError:
            pass
        return HUNG_UP

    def _read_frame(self) -> tuple[int, bytes] | None:
        head = self._file.read(2)
        if len(head) < 2:
            return None
        first, size = head
        if size in LONGER:
            (size,) = struct.unpack(LONGER[size], self._file.read(struct.calcsize(LONGER[size])))
        payload = self._file.read(size)
        return (first & 0x0F, payload) if len(payload) == size else None


@contextmanager
def opened(
    url: str,
    *,
    path: str = "/ws/post_request",
    cookies: str = "",
    extensions: str = "",
    receive_buffer: int = 0,
) -> Iterator[WebSocket]:
    """A socket of the site at `url`, from a page of it; with as few bytes on the way as `receive_buffer`, if given."""
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
    if extensions:
        headers.append(f"Sec-WebSocket-Extensions: {extensions}")
    with socket.socket() as connection:
        connection.settimeout(20)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.connect((parts.hostname, parts.port or 80))
        connection.sendall("\r\n".join([*headers, "", ""]).encode())
        with closing(WebSocket(connection)) as web_socket:
            yield web_socket


def sign_up(url: str, name: str) -> str:
    """The cookies of somebody who has just signed up."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"{url}/accounts/signup/"
    browser.open(address).close()
    form = {
        "name": name,
        "email": f"{name.lower()}-{os.urandom(4).hex()}@example.org",
        "password1": "correct horse battery staple",
        "csrfmiddlewaretoken": next(cookie.value for cookie in jar if cookie.name == "csrftoken") or "",
    }
    browser.open(address, data=urllib.parse.urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
