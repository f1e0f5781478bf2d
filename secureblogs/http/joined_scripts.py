"""ES modules that are always loaded together, joined into one file: one request, and their words compress as one.

Sources stay native modules, one concept each. A page and each worker are worlds of their own: what is imported in one
of them is one module there, joined or not, so that nothing exists twice in it. docs/architecture.md draws it.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

# The script that each world starts with, and which modules its joined files are made of, the earlier ones first: a file
# is named by its first module, and takes what its modules import, at once and in turn, unless an earlier file has it.
# WebKit runs a worker's first script once more for a module that imports it: nothing imports from such a script.
WORLDS = {
    "page": (
        "js/app.js",
        [
            ["js/app.js"],
            ["js/lib/keyring.js", "js/lib/days.js", "js/lib/texts.js", "js/crypto/lines.js"],
            ["js/lib/markdown.js"],
            ["js/elements/decrypted_post.js"],
            ["js/elements/relative_time.js"],
        ],
    ),
    "keyring": ("js/lib/keyring_worker.js", [["js/lib/keyring_posts.js"], ["js/lib/keyring_authors.js"]]),
    "markdown": ("js/lib/markdown_worker.js", [["js/lib/markdown_worker.js"]]),
    "files": ("js/lib/files_worker.js", [["js/lib/files_worker.js"]]),
}
OURS = "js/"

IMPORT = re.compile(r'^import (?:(?P<what>[^;"]+) from )?"(?P<path>\.[^"]+)";\n', re.MULTILINE)
LATER = re.compile(r'\bimport\("(?P<path>\.[^"]+)"\)')
EXPORT = re.compile(
    r"^export (?P<kind>(?:async )?function\*?|class|const) (?P<names>\w+|\[[^\]]+\])", re.MULTILINE
)
UNKNOWN = re.compile(r"^(?:import|export) .*", re.MULTILINE)
DEFAULT = re.compile(r"^\w+$")


class CannotJoin(ValueError):
    """A module is written in a way that is not known here."""


@dataclass
class Module:
    """One source, by its path below the static folder, with its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """What the module is called in a joined file: no name in our sources looks like that."""
        return re.sub(r"\W+", "_", self.path.removesuffix(".js"))

    @cached_property
    def imports(self) -> list[tuple[str, str]]:
        """What is imported, as written or empty, and the path of the module."""
        return [(found["what"] or "", self.beside(found["path"])) for found in IMPORT.finditer(self.text)]

    @cached_property
    def later(self) -> list[str]:
        """The paths of modules that are imported when they are needed."""
        return [self.beside(found["path"]) for found in LATER.finditer(self.text)]

    @cached_property
    def exports(self) -> list[str]:
        return [name for found in EXPORT.finditer(self.text) for name in re.findall(r"\w+", found["names"])]

    @cached_property
    def body(self) -> str:
        """The text without what it imports and without the word that exports."""
        text = EXPORT.sub(r"\g<kind> \g<names>", IMPORT.sub("", self.text))
        if unknown := UNKNOWN.search(text):
            raise CannotJoin(f"{self.path}: {unknown[0]}")
        return text

    def beside(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))


class World:
    """What can be loaded in a page, or in a worker, and where each module is found there."""

    def __init__(self, name: str, start: str, files: list[list[str]], read: Callable[[str], str]) -> None:
        self.name = name
        self.start = start
        self._read = read
        self._modules: dict[str, Module] = {}
        # In which joined file a module is. The order is that in which modules are run.
        self._joined: dict[str, str] = {}
        for paths in files:
            for path in paths:
                self._join(path, paths[0], way=())

    def files(self) -> Iterator[tuple[str, str]]:
        """Each file of this world: its path and its text."""
        for root in dict.fromkeys(self._joined.values()):
            yield self._address(root), self._together(root)
        seen, waiting = set(), [self.start]
        while waiting:
            path = waiting.pop()
            if path in seen or not path.startswith(OURS):
                continue
            seen.add(path)
            module = self._of(path)
            waiting += [*module.later, *(imported for _, imported in module.imports)]
            if path not in self._joined:
                yield self._address(path), self._alone(module)

    def _of(self, path: str) -> Module:
        if path not in self._modules:
            self._modules[path] = Module(path, self._read(path))
        return self._modules[path]

    def _join(self, path: str, root: str, *, way: tuple[str, ...]) -> None:
        if path in way:
            raise CannotJoin(f"{path} imports itself by way of {' and '.join(way)}")
        if path in self._joined or not path.startswith(OURS):
            return
        for _, imported in self._of(path).imports:
            self._join(imported, root, way=(*way, path))
        self._joined[path] = root

    def _address(self, path: str) -> str:
        """Where the module is found, or the file that it is joined into."""
        file = self._joined.get(path, path)
        if self.name == "page" or file == self.start or not file.startswith(OURS):
            return file
        return f"{OURS}{self.name}/{file.removeprefix(OURS)}"

    def _together(self, root: str) -> str:
        modules = [self._of(path) for path, into in self._joined.items() if into == root]
        outside = {
            path: None for module in modules for _, path in module.imports if self._joined.get(path) != root
        }
        address = self._address(root)
        return "".join(
            [
                *(self._importing(path, address) for path in outside),
                *(self._inside(module, address) for module in modules),
                f"export {{ {', '.join(module.name for module in modules)} }};\n",
                # Whoever imports the file by its address finds what its source exports.
                f"export const {{ {', '.join(self._of(root).exports)} }} = {self._of(root).name};\n",
            ]
        )

    def _inside(self, module: Module, importer: str) -> str:
        body = self._importing_later(module.body, module, importer)
        taken = "".join(self._taking(module, what, path) for what, path in module.imports)
        return f"const {module.name} = (() => {{\n{taken}{body}return {{ {', '.join(module.exports)} }};\n}})();\n"

    def _alone(self, module: Module) -> str:
        address = self._address(module.path)

        def importing(found: re.Match[str]) -> str:
            what, path = found["what"] or "", module.beside(found["path"])
            if path in self._joined:
                return self._importing(path, address) + self._taking(module, what, path)
            return f'import {what + " from " if what else ""}"{_relative(self._address(path), address)}";\n'

        return self._importing_later(IMPORT.sub(importing, module.text), module, address)

    def _importing(self, path: str, importer: str) -> str:
        """The line that gets a module under its name, from wherever it is."""
        name = self._of(path).name if path.startswith(OURS) else Module(path, "").name
        what = f"{{ {name} }}" if path in self._joined else f"* as {name}"
        return f'import {what} from "{_relative(self._address(path), importer)}";\n'

    def _taking(self, module: Module, what: str, path: str) -> str:
        """The line that takes out of a module what another one imports."""
        name = Module(path, "").name
        if not what:
            return ""
        if what.startswith("* as "):
            return f"const {what.removeprefix('* as ')} = {name};\n"
        if DEFAULT.match(what):
            return f"const {what} = {name}.default;\n"
        if path.startswith(OURS):
            wanted = {part.split()[0] for part in what.strip("{} \n").rstrip(",").split(",")}
            if missing := wanted - set(self._of(path).exports):
                raise CannotJoin(
                    f"{module.path} imports {', '.join(sorted(missing))} of {path}, which has none"
                )
        return f"const {what.replace(' as ', ': ')} = {name};\n"

    def _importing_later(self, text: str, module: Module, importer: str) -> str:
        def importing(found: re.Match[str]) -> str:
            path = module.beside(found["path"])
            loading = f'import("{_relative(self._address(path), importer)}")'
            if path in self._joined:
                return f"{loading}.then(({{ {self._of(path).name} }}) => {self._of(path).name})"
            return loading

        return LATER.sub(importing, text)


def joined(
    read: Callable[[str], str], worlds: dict[str, tuple[str, list[list[str]]]] = WORLDS
) -> dict[str, str]:
    """The text of each script by its path: `read` gives the text of a source by its path.

    CannotJoin if a source is written in a way that is not known here, or imports what is not there.
    """
    return dict(
        file for name, (start, made) in worlds.items() for file in World(name, start, made, read).files()
    )


def _relative(path: str, importer: str) -> str:
    relative = posixpath.relpath(path, posixpath.dirname(importer))
    return relative if relative.startswith(".") else f"./{relative}"
