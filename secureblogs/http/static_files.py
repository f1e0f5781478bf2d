"""Static files with a hash in their name: ES modules included, style sheets joined into one. Django serves none."""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import cast
from wsgiref.headers import Headers

import brotli
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIHandler
from servestatic.base import ServeStaticBase
from servestatic.compress import Compressor
from servestatic.storage import CompressedManifestStaticFilesStorage

from secureblogs.http.joined_scripts import joined
from secureblogs.http.policies import policies_of_file

Paths = dict[str, tuple[Storage, str]]

STYLE_SHEET = "css/app.css"
# Our own files. Their comments are for people who read the sources, and stay here.
SCRIPTS = re.compile(r"js/.+\.js$")
LIBRARY = re.compile(r"vendor/.+\.js$")
# Comments stand on lines of their own, and no text of ours has a line like that.
COMMENT = re.compile(r"^ *(?://.*|/\*(?s:.*?)\*/)\n", re.MULTILINE)
IMPORT = re.compile(r'@import "(?P<name>[\w.]+)";\n')
# What Django makes of a name, with no way out of the folder and no second spelling of the same.
HASHED = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.[0-9a-f]{12}\.\w+", re.ASCII)

SCRIPT = "text/javascript"
# Nobody asks again for a file whose name is a hash of what is in it.
OF_CHANGING_FILES = ("ETag", "Last-Modified")
COMPRESSED = (".br", ".gz")
# A file that no release names any more stays for so long: for processes that are still to be replaced, and open pages.
SECONDS_KEPT = 30 * 24 * 60 * 60
# Larger ones are the admin's, for few people: the best compression would take a first start seconds.
LARGE = 100_000  # bytes


class QuickCompressor(Compressor):
    """The smallest files for the pages, at once."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=11 if len(data) < LARGE else 5))


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` as well, so that a browser may keep every module as long as it likes."""

    support_js_module_import_aggregation = True
    _hash_of_scripts = ""

    def create_compressor(self, **kwargs: object) -> Compressor:
        return QuickCompressor(**kwargs)

    def post_process(
        self, paths: Paths, dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str | None, bool | Exception | None]]:
        if not dry_run:
            others = {name: place for name, place in paths.items() if not SCRIPTS.match(name)}
            texts = _rewritten(paths)
            libraries = [_text(name, paths) for name in paths if LIBRARY.match(name)]
            self._hash_of_scripts = hashlib.sha256(
                "".join([*texts.values(), *libraries]).encode()
            ).hexdigest()[:12]
            paths = others | {name: self._written(name, text) for name, text in texts.items()}
        yield from super().post_process(paths, dry_run, **options)

    def file_hash(self, name: str | None, content: "File[bytes] | None" = None) -> str:
        """One for all scripts, since they name each other in a circle: what is joined, and what is loaded later."""
        return self._hash_of_scripts if SCRIPTS.match(name or "") else super().file_hash(name, content)

    def _written(self, name: str, text: str) -> tuple[Storage, str]:
        self.delete(name)
        self.save(name, ContentFile(text.encode()))
        return self, name


class HashedFiles(ServeStaticBase):
    """Answers for collected files, each under its hashed name only, and passes all else on to the application."""

    application: ASGI3Application

    def initialize(self) -> None:
        """Called by servestatic when it is set up."""
        self.add_headers_function = _add_policies
        assert isinstance(staticfiles_storage, HashedStorage)
        for name in staticfiles_storage.hashed_files.values():
            self.add_file_to_dictionary(f"{settings.STATIC_URL}{name}", staticfiles_storage.path(name))

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or not self._is_collected(scope["path"])
        ):
            await self.application(scope, receive, send)
            return
        asked = {
            f"HTTP_{name.decode('latin1').upper().replace('-', '_')}": value.decode("latin1")
            for name, value in scope["headers"]
        }
        response = self.files[scope["path"]].get_response(scope["method"], asked)
        # The system has such small files at hand: a thread would take longer than it takes to read them here.
        with response.file or nullcontext() as opened:
            body = opened.read() if opened else b""
        headers = [
            (name.encode("latin1"), value.encode("latin1"))
            for name, value in response.headers
            if name not in OF_CHANGING_FILES
        ]
        await send(
            {"type": "http.response.start", "status": response.status, "headers": headers, "trailers": False}
        )
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _is_collected(self, path: str) -> bool:
        """Whether this release, an earlier or a later one has collected the file.

        While the web processes are replaced, the page of one version asks a process of another one for its files.
        """
        name = path.removeprefix(settings.STATIC_URL)
        if path not in self.files and name != path and HASHED.fullmatch(name):
            file = os.path.join(settings.STATIC_ROOT, name)
            if os.path.isfile(file):
                self.add_file_to_dictionary(path, file)
        return path in self.files


def serve_static_files(application: ASGI3Application) -> ASGI3Application:
    """Put static files in front of the application: where names have no hash, as they are found beside their apps."""
    if settings.DEBUG or not isinstance(staticfiles_storage, HashedStorage):
        return cast("ASGI3Application", ASGIStaticFilesHandler(cast("ASGIHandler", application)))
    return HashedFiles(application, allow_all_origins=False)


def note_named() -> None:
    """Note, as the time of their last change, that the release of before names its files until now."""
    for name in _named():
        for path in (staticfiles_storage.path(f"{name}{ending}") for ending in ("", *COMPRESSED)):
            if os.path.exists(path):
                os.utime(path)


def remove_old() -> None:
    """Remove the files of earlier releases that none has named for so long. Nothing else in the folder is touched."""
    named, oldest = _named(), time.time() - SECONDS_KEPT
    for folder, _, files in os.walk(settings.STATIC_ROOT):
        for path in (os.path.join(folder, file) for file in files):
            name = _without_compression(os.path.relpath(path, settings.STATIC_ROOT))
            if HASHED.fullmatch(name) and name not in named and os.stat(path).st_mtime < oldest:
                os.remove(path)


def _named() -> set[str]:
    assert isinstance(staticfiles_storage, HashedStorage)
    return set(staticfiles_storage.hashed_files.values())


def _without_compression(name: str) -> str:
    root, ending = os.path.splitext(name)
    return root if ending in COMPRESSED else name


def _add_policies(headers: Headers, path: str, url: str) -> None:
    kind = headers["Content-Type"] or ""
    for name, value in policies_of_file(path, kind).items():
        headers[name] = value
    if kind.startswith(SCRIPT):
        # A module is UTF-8 whatever its header says, and a page's other scripts are read as the page is.
        headers["Content-Type"] = SCRIPT


def _rewritten(paths: Paths) -> dict[str, str]:
    """The text of our style sheet and of each of our scripts, as browsers get them."""
    scripts = joined(lambda name: COMMENT.sub("", _text(name, paths)))
    return {STYLE_SHEET: COMMENT.sub("", _joined_styles(paths)), **scripts}


def _joined_styles(paths: Paths) -> str:
    """The one style sheet with the blocks that it imports in their places: one request, no waterfall."""
    return IMPORT.sub(lambda found: _text(f"css/{found['name']}", paths), _text(STYLE_SHEET, paths))


def _text(name: str, paths: Paths) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
