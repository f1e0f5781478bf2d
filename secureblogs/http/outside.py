"""Answers that are given outside Django's middlewares: without a thread, a session or a database."""

from collections.abc import Callable

from asgiref.typing import ASGISendCallable
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from secureblogs.http.policies import SecureRequest, with_policies


def respond(request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """The answer that `answer` makes to the request, with the headers that every answer of the site has."""

    def answer_it(_: HttpRequest) -> HttpResponseBase:
        return answer(request)

    # The request itself would not do here: it may have a Host that leads to an exception, or to a redirect to TLS.
    response = with_policies(answer_it)(SecureRequest())
    assert isinstance(response, HttpResponse)
    return response


async def send_response(response: HttpResponse, send: ASGISendCallable) -> None:
    """Send a whole answer."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    await send(
        {"type": "http.response.start", "status": response.status_code, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": response.content, "more_body": False})
