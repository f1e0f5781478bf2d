"""The access log says what was asked, and keeps secrets to itself."""

import logging
from typing import cast

import pytest
from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

from secureblogs.http.access_log import AccessLog, MaskingFormatter, NewsFilter, mask_tokens


def answering(status: int) -> ASGI3Application:
    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [], "trailers": False})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer


async def refuse(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    await send({"type": "websocket.close", "code": 4401, "reason": None})


async def lines(
    caplog: pytest.LogCaptureFixture,
    path: str,
    *,
    socket: bool = False,
    status: int = 404,
) -> list[str]:
    """The line of one request in the log, without the time it took."""
    caplog.set_level(logging.INFO, logger="secureblogs.http.access_log")
    http = {"type": "http", "method": "GET", "query_string": b"token=hidden"}
    kind = {"type": "websocket"} if socket else http
    scope = cast("Scope", {**kind, "path": path, "headers": []})
    asked = ApplicationCommunicator(AccessLog(refuse if socket else answering(status)), scope)
    await asked.wait()
    return [record.getMessage().rsplit(" ", 2)[0] for record in caplog.records]


async def test_method_path_and_status(caplog):
    assert await lines(caplog, "/groups/") == ["GET /groups/ 404"]


async def test_a_socket_is_logged_when_it_closes(caplog):
    assert await lines(caplog, "/ws/post_request", socket=True) == ["WEBSOCKET /ws/post_request 4401"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/join/3q2-7wTOKEN/", "/join/***/"),
        ("/join/3q2-7wTOKEN", "/join/***"),
        ("/Join//3q2-7wTOKEN/", "/Join//***/"),
        ("/accounts//password/reset/Key///a-cg3kTOKEN", "/accounts//password/reset/Key///***"),
        ("/accounts/password/reset/key/a-cg3kTOKEN/", "/accounts/password/reset/key/***/"),
        ("/requests/unsubscribe/Mg:1tTOKEN:x/", "/requests/unsubscribe/***/"),
        ("/accounts/confirm-email/Mg:1tTOKEN:x/", "/accounts/confirm-email/***/"),
    ],
)
async def test_tokens_are_masked(caplog, path, logged):
    assert await lines(caplog, path) == [f"GET {logged} 404"]


async def test_nobody_writes_lines_of_their_own(caplog):
    assert await lines(caplog, "/x\nGET /admin/ 200\x1b[2J") == ["GET /x%0AGET%20/admin/%20200%1B%5B2J 404"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/js/app.js"])
async def test_probes_and_static_files_are_left_out_unless_they_fail(caplog, path):
    assert await lines(caplog, path, status=200) == []
    assert await lines(caplog, path) == [f"GET {path} 404"]


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    vars(made).update(more)
    return made


def test_every_line_has_a_time_and_no_token():
    line = MaskingFormatter("%(asctime)s %(levelname)s %(message)s").format(
        record("Not Found: %s", "/join/TOKEN/", created=1.5, msecs=500)
    )

    assert line == "1970-01-01T00:00:01.500Z WARNING Not Found: /join/***/"


def test_of_what_somebody_sent_no_line_has_more_than_300_characters():
    said = record("Invalid host %s path %s", "h" * 301, "/" + "p" * 299)
    line = MaskingFormatter("%(message)s").format(said)

    assert line == f"Invalid host {'h' * 300}… path /{'p' * 299}"


async def test_a_path_is_cut_at_300_characters(caplog):
    (line,) = await lines(caplog, "/" + "ä" * 200)

    assert MaskingFormatter("%(message)s").format(record(line)) == f"GET /{'%C3%A4' * 49}%C3%A… 404"


@pytest.mark.parametrize(
    ("status", "is_kept"), [(None, True), (500, True), (503, True), (400, False), (403, False)]
)
def test_what_the_line_of_a_request_says_is_not_said_again(status, is_kept):
    more = {} if status is None else {"status_code": status}

    assert NewsFilter().filter(record("Something", **more)) is is_kept


def test_what_is_no_token_stays():
    text = "/accounts/password/reset/key/ /join/ /joined/x/ /accounts/confirm-email/"
    assert mask_tokens(text) == text
