"""Static files with a hash in their name, ES modules included."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./x.js";` as well, so that a browser may keep every module for ever."""

    support_js_module_import_aggregation = True
