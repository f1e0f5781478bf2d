"""Static files with a hash in their name: ES modules included, style sheets joined into one."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from django.core.files.storage import Storage

STYLE_SHEET = "css/app.css"
IMPORT = re.compile(r'@import "(?P<name>[\w.]+)";\n')


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` as well, so that a browser may keep every module for ever."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, tuple["Storage", str]], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[str, str | None, bool | Exception | None]]:
        if STYLE_SHEET in paths and not dry_run:
            paths = {**paths, STYLE_SHEET: self._joined(paths)}
        yield from super().post_process(paths, dry_run, **options)

    def _joined(self, paths: dict[str, tuple["Storage", str]]) -> tuple["Storage", str]:
        """The one style sheet with the blocks that it imports in their places: one request, no waterfall."""

        def text(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        joined = IMPORT.sub(lambda found: text(f"css/{found['name']}"), text(STYLE_SHEET))
        self.delete(STYLE_SHEET)
        self.save(STYLE_SHEET, ContentFile(joined.encode()))
        return self, STYLE_SHEET
