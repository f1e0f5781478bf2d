"""Daphne and Twisted answer some requests before or instead of the application: in the site's words and headers."""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote

from daphne import http_protocol
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from twisted.internet import reactor
from twisted.web import http

from secureblogs.http import access_log, error_pages, outside, service_unavailable
from secureblogs.http.utf8_requests import Utf8Request

Answer = Callable[[HttpRequest], HttpResponse]


class SiteRequest(http_protocol.WebRequest):
    """Daphne's request, which believes a stranger about the root of the site and has error pages of its own."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # Django reads forms, where an address takes one; Twisted would read every one into memory first.
        self._parsePOSTFormSubmission = False

    def process(self) -> object:
        """Twisted calls this when all of it has come."""
        # Daphne would put this into the links of mails.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Daphne calls this where the application gave no answer."""
        response = outside.respond(as_django_has_it(self), answer_of(status))
        headers = [(name.encode(), value.encode()) for name, value in response.items()]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": response.content})
        if self.application_queue is None:
            note(self.method, self.uri, status)


def refuse(channel: http.HTTPChannel, answer: Answer, *, linger: float = 0) -> None:
    """Answer what is on its way through a connection, and hang up after so many seconds."""
    request = channel.requests[-1] if channel.requests else None
    response = outside.respond(as_django_has_it(request) if request else HttpRequest(), answer)
    channel.transport.write(to_bytes(response))  # type: ignore[union-attr, call-arg, misc]
    if linger:
        reactor.callLater(linger, channel.loseConnection)  # type: ignore[arg-type]
    else:
        channel.loseConnection()  # type: ignore[no-untyped-call]
    # Twisted's own attributes, until all of the request has come.
    note(getattr(channel, "_command", b"-"), getattr(channel, "_path", b"-"), response.status_code)


def answer_of(status: int) -> Answer:
    """The site's words for this status."""
    match status:
        case HTTPStatus.BAD_REQUEST:
            return lambda request: error_pages.bad_request(request, ValueError())
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return lambda request: error_pages.bad_request(request, RequestDataTooBig())
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return service_unavailable.try_again
    return error_pages.server_error


def as_django_has_it(request: http.Request) -> HttpRequest:
    """The headers of a request as Django has them, by which the site chooses the form of its answer."""
    headers = [
        (name.lower(), value)
        for name, values in request.requestHeaders.getAllRawHeaders()
        for value in values
    ]
    return Utf8Request({"method": "GET", "path": "/", "headers": headers}, BytesIO())


def to_bytes(response: HttpResponse) -> bytes:
    """A whole answer, after which the connection ends."""
    head = [
        f"HTTP/1.1 {response.status_code} {response.reason_phrase}",
        *(f"{name}: {value}" for name, value in response.items()),
        f"Content-Length: {len(response.content)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + response.content


def note(method: bytes, address: bytes, status: int) -> None:
    """Write the line of the access log that the application would have written."""
    path = unquote(address.partition(b"?")[0].decode("latin-1"))
    access_log.note(method.decode("latin-1"), path, status, 0)


def set_up() -> None:
    """Have this process answer what is no request of HTTP as it answers all others."""
    http.HTTPChannel._respondToBadRequestAndDisconnect = _refuse_malformed  # type: ignore[method-assign]
    http.HTTPChannel.lineLengthExceeded = _refuse_malformed  # type: ignore[method-assign, assignment]


def _refuse_malformed(channel: http.HTTPChannel, line: bytes = b"") -> None:
    refuse(channel, answer_of(HTTPStatus.BAD_REQUEST))
