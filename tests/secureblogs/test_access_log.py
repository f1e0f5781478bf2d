"""What the access log says, and what it keeps to itself."""

import logging
from typing import cast

import pytest
from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from secureblogs.access_log import AccessLog, MaskingFormatter, mask_tokens


async def not_found(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [], "trailers": False})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def refuse(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    await send({"type": "websocket.close", "code": 4401, "reason": None})


async def lines(caplog: pytest.LogCaptureFixture, path: str, *, socket: bool = False) -> list[str]:
    """What one request leaves in the log, without the time it took."""
    caplog.set_level(logging.INFO, logger="secureblogs.access_log")
    kind = (
        {"type": "websocket"}
        if socket
        else {"type": "http", "method": "GET", "query_string": b"token=hidden"}
    )
    scope = cast("Scope", {**kind, "path": path})
    asked = ApplicationCommunicator(AccessLog(refuse if socket else not_found), scope)
    await asked.wait()
    return [record.getMessage().rsplit(" ", 2)[0] for record in caplog.records]


async def test_method_path_and_status(caplog: pytest.LogCaptureFixture) -> None:
    assert await lines(caplog, "/groups/") == ["GET /groups/ 404"]


async def test_a_socket_is_logged_when_it_closes(caplog: pytest.LogCaptureFixture) -> None:
    assert await lines(caplog, "/ws/post_request", socket=True) == ["WEBSOCKET /ws/post_request 4401"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/join/3q2-7wTOKEN/", "/join/***/"),
        ("/join/3q2-7wTOKEN", "/join/***"),
        ("/accounts/password/reset/key/a-cg3kTOKEN/", "/accounts/password/reset/key/***/"),
        ("/requests/unsubscribe/Mg:1tTOKEN:x/", "/requests/unsubscribe/***/"),
        ("/accounts/confirm-email/Mg:1tTOKEN:x/", "/accounts/confirm-email/***/"),
    ],
)
async def test_tokens_are_masked(caplog: pytest.LogCaptureFixture, path: str, logged: str) -> None:
    assert await lines(caplog, path) == [f"GET {logged} 404"]


async def test_nobody_writes_lines_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    assert await lines(caplog, "/x\nGET /admin/ 200\x1b[2J") == ["GET /x%0AGET%20/admin/%20200%1B%5B2J 404"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/js/app.js"])
async def test_probes_and_static_files_are_left_out(caplog: pytest.LogCaptureFixture, path: str) -> None:
    assert await lines(caplog, path) == []


def test_other_loggers_are_masked_too() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", ("/join/TOKEN/",), None
    )

    assert MaskingFormatter("%(levelname)s %(message)s").format(record) == "WARNING Not Found: /join/***/"


def test_what_is_no_token_stays() -> None:
    text = "/accounts/password/reset/key/ /join/ /joined/x/ /accounts/confirm-email/"
    assert mask_tokens(text) == text
