"""Collected files have an answer under their hashed names, while releases change, too."""

from pathlib import Path

import pytest
from asgiref.testing import ApplicationCommunicator
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from secureblogs.http.static_files import HashedFiles


async def nothing(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """An application that has nothing."""
    await send({"type": "http.response.start", "status": 404, "headers": [], "trailers": False})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.fixture
def files(settings, tmp_path: Path) -> HashedFiles:
    """Of a process that started before anything was collected in `tmp_path / "static"`."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "secureblogs.http.static_files.HashedStorage"}
    }
    settings.STATIC_ROOT = str(tmp_path / "static")
    return HashedFiles(nothing, allow_all_origins=False)


async def ask(files: HashedFiles, path: str) -> tuple[int, str, bytes]:
    asked = ApplicationCommunicator(files, {"type": "http", "method": "GET", "path": path, "headers": []})
    await asked.send_input({"type": "http.request"})
    start, body = await asked.receive_output(5), await asked.receive_output(5)
    return start["status"], dict(start["headers"]).get(b"Cache-Control", b"").decode(), body["body"]


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


async def test_a_process_serves_the_files_of_a_release_after_its_start(files, tmp_path):
    path = "/static/css/app.0123456789ab.css"
    assert await ask(files, path) == (404, "", b"")

    write(tmp_path / "static/css/app.0123456789ab.css", "b { color: red }\n")

    assert await ask(files, path) == (200, "max-age=315360000, public, immutable", b"b { color: red }\n")


@pytest.mark.parametrize(
    "path",
    [
        "/static/css/app.css",
        "/static/../secret.0123456789ab.txt",
        "/static/css/../../secret.0123456789ab.txt",
        "/static/./css/app.0123456789ab.css",
        "/static/css//app.0123456789ab.css",
        "/static/css/app.0123456789ab.css.br",
        "/css/app.0123456789ab.css",
    ],
)
async def test_no_other_name_finds_a_file(files, tmp_path, path):
    for name in (
        "static/css/app.css",
        "static/css/app.0123456789ab.css",
        "static/css/app.0123456789ab.css.br",
    ):
        write(tmp_path / name, "b { color: red }\n")
    write(tmp_path / "secret.0123456789ab.txt", "secret")

    assert await ask(files, path) == (404, "", b"")
    assert files.files == {}
