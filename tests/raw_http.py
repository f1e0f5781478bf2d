"""Requests as bytes, for what no client would send."""

import re
import socket
from dataclasses import dataclass

from tests.site import Site


@dataclass(frozen=True)
class RawAnswer:
    """Status, headers by lower-case name, and body; status 0 where the connection ended without an answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(
    site: Site,
    method: str = "GET",
    path: str = "/",
    headers: tuple[str, ...] = (),
    body: bytes = b"",
    *,
    version: str = "HTTP/1.1",
) -> RawAnswer:
    """One request over a connection of its own; each character is one byte."""
    host = (
        () if any(line.lower().startswith("host:") for line in headers) else (f"Host: localhost:{site.port}",)
    )
    length = (f"Content-Length: {len(body)}",) if body else ()
    lines = (f"{method} {path} {version}", *host, *headers, *length, "Connection: close", "", "")
    return talk(site, "\r\n".join(lines).encode("latin-1") + body)


def talk(site: Site, data: bytes) -> RawAnswer:
    """Send these bytes, and read what comes until the server hangs up."""
    with socket.create_connection(("localhost", site.port), timeout=20) as connection:
        try:
            connection.sendall(data)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionError:
            received = b""
    head, _, body = received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    named = (line.partition(": ") for line in rest)
    status = re.match(r"HTTP/1\.[01] (\d{3}) ", first)
    return RawAnswer(int(status[1]) if status else 0, {name.lower(): value for name, _, value in named}, body)
