"""Static files with a hash in their name: ES modules included, style sheets joined into one."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import brotli
from django.core.files.base import ContentFile
from servestatic.compress import Compressor
from servestatic.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from django.core.files.storage import Storage

Paths = dict[str, tuple["Storage", str]]

STYLE_SHEET = "css/app.css"
# Our own files, which are written to be read: what they say to people stays here.
REWRITTEN = re.compile(r"css/app\.css$|js/.+\.js$")
# On lines of their own, and no text of ours has a line like that.
COMMENT = re.compile(r"^ *(?://.*|/\*(?s:.*?)\*/)\n", re.MULTILINE)
IMPORT = re.compile(r'@import "(?P<name>[\w.]+)";\n')


# Larger ones are the admin's, for few people: the best compression would take a first start seconds.
LARGE = 100_000  # bytes


class QuickCompressor(Compressor):
    """The smallest files for the pages, at once."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=11 if len(data) < LARGE else 5))


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` as well, so that a browser may keep every module for ever."""

    support_js_module_import_aggregation = True

    def create_compressor(self, **kwargs: object) -> Compressor:
        return QuickCompressor(**kwargs)

    def post_process(
        self, paths: Paths, dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str | None, bool | Exception | None]]:
        if not dry_run:
            paths = paths | {name: self._rewritten(name, paths) for name in paths if REWRITTEN.match(name)}
        yield from super().post_process(paths, dry_run, **options)

    def _rewritten(self, name: str, paths: Paths) -> tuple["Storage", str]:
        text = _joined(name, paths) if name == STYLE_SHEET else _text(name, paths)
        self.delete(name)
        self.save(name, ContentFile(COMMENT.sub("", text).encode()))
        return self, name


def _joined(name: str, paths: Paths) -> str:
    """The one style sheet with the blocks that it imports in their places: one request, no waterfall."""
    return IMPORT.sub(lambda found: _text(f"css/{found['name']}", paths), _text(name, paths))


def _text(name: str, paths: Paths) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
