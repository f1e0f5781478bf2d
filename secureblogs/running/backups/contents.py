"""What is in a backup: the parts of stored files, then what pg_dump wrote, in frames that say which is which.

A frame is one letter, the length in 4 bytes, big-endian, and so many bytes: the name of a part (N), the part (P), a
piece of the dump (D). The files come first: they are all there before the rows that tell of them are.
"""

from collections.abc import Iterator

from django.apps import apps
from django.core.files.base import ContentFile

from secureblogs.http import file_storage
from secureblogs.running.backups.archives import FOREIGN, NotABackup, Sink, Source
from secureblogs.running.backups.clients import Told

NAME, PART, DUMP = b"N", b"P", b"D"
HEAD = 5
PIECE = 1024 * 1024


class Frames:
    """All of it, to be read. Parts that are missing are told and left out: they are lost, and the rest is not."""

    def __init__(self, dump: Source, *, told: Told) -> None:
        self._frames = _frames(dump, told)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes, b"" at the end."""
        if not self._rest:
            self._rest = next(self._frames, b"")
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk


def _frames(dump: Source, told: Told) -> Iterator[bytes]:
    storage = file_storage.files()
    for name in _names():
        try:
            with storage.open(name) as part:
                content = part.read()
        except FileNotFoundError:
            told(f"{name} is missing in the storage of files")
            continue
        yield _frame(NAME, name.encode())
        yield _frame(PART, content)
    while piece := dump.read(PIECE):
        yield _frame(DUMP, piece)


def _names() -> Iterator[str]:
    """The names of all parts that the database counts. The app above is known by that name only."""
    for file in apps.get_model("posts", "StoredFile").objects.order_by("pk").iterator():
        yield from (file.name_of_part(number) for number in file.parts)


def _frame(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "big") + content


class Unpacked:
    """A sink that stores the files, and passes the dump on to another one."""

    def __init__(self, dump: Sink) -> None:
        self._dump = dump
        self._received = bytearray()
        self._name = ""
        self._stored: list[str] = []

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. NotABackup."""
        self._received += chunk
        while (frame := self._next()) is not None:
            self._take(*frame)

    def forget(self) -> None:
        """Delete what was stored here: the rest can't be restored."""
        for name in self._stored:
            file_storage.files().delete(name)

    def _next(self) -> tuple[bytes, bytes] | None:
        end = HEAD + int.from_bytes(self._received[1:HEAD], "big")
        if len(self._received) < HEAD or len(self._received) < end:
            return None
        kind, content = bytes(self._received[:1]), bytes(self._received[HEAD:end])
        del self._received[:end]
        return kind, content

    def _take(self, kind: bytes, content: bytes) -> None:
        if kind == DUMP:
            self._dump.write(content)
        elif kind == NAME:
            self._name = content.decode()
        elif kind == PART and self._name:
            self._store(content)
        else:
            raise NotABackup(FOREIGN)

    def _store(self, content: bytes) -> None:
        storage = file_storage.files()
        if not storage.exists(self._name):
            self._stored.append(self._name)
        storage.save(self._name, ContentFile(content))
