"""How much one request may send. Twisted keeps all of it in a temporary file before Django could say no."""

import json
from io import BytesIO

from daphne import http_protocol

# A draft at its worst, and a little more: up to that, Django answers in a sentence (DATA_UPLOAD_MAX_MEMORY_SIZE).
LONGEST = 10 * 1024 * 1024
SENTENCE = "That is more than anything here needs: 10 MiB is the most."
JSON = "application/json"


class LimitedRequest(http_protocol.WebRequest):
    """Daphne's request, which takes any length; this one hangs up on whoever sends too much."""

    received = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """Twisted: so much is announced, or an unknown length."""
        super().gotLength(0 if _is_too_long(length or 0) else length)
        if _is_too_long(length or 0):
            self._hang_up()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """Twisted: so much has come. What comes after one has hung up is thrown away."""
        was_too_long = _is_too_long(self.received)
        self.received += len(data)
        if not _is_too_long(self.received):
            super().handleContentChunk(data)
        elif not was_too_long:
            self._hang_up()

    def _hang_up(self) -> None:
        self.received = LONGEST + 1
        # Here and now: until the client has gone, too, it would lie on the disk.
        if self.content is not None:  # type: ignore[has-type]
            self.content.close()  # type: ignore[has-type]
            self.content = BytesIO()
        headers = (self.getHeader("Content-Type"), self.getHeader("Accept"))
        self.channel.transport.write(_too_long(is_json=any(JSON in (header or "") for header in headers)))
        self.channel.loseConnection()


def set_up() -> None:
    """Limit the requests of this process."""
    http_protocol.WebRequest = LimitedRequest


def _too_long(*, is_json: bool) -> bytes:
    """The whole answer, in the form in which the site answers what it has read."""
    kind, body = (
        (JSON, json.dumps({"errors": {"__all__": [SENTENCE]}})) if is_json else ("text/plain", SENTENCE)
    )
    head = f"Connection: close\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"HTTP/1.1 413 Content Too Large\r\n{head}{body}".encode()


def _is_too_long(length: int) -> bool:
    return length > LONGEST
