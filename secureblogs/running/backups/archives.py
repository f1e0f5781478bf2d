"""The file of a backup: a line of JSON that says what it is, then what contents.py has, encrypted as age v1 has it.

age (C2SP, `age-encryption.org/v1`) authenticates every 64 KiB and the end of the file: one that was changed, cut or
lengthened is refused. Nothing of the database lies in the clear on a disk, and a few chunks of it at a time in memory.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import BinaryIO, Protocol

import pyrage

KIND = "secureblogs-backup"
LONGEST_LINE = 64 * 1024
FOREIGN = "It is no backup of SecureBlogs."


class NotABackup(ValueError):
    """A sentence says what is wrong with the file, or with the keys to it."""


class Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Sink(Protocol):
    def write(self, chunk: bytes, /) -> object: ...


@dataclass
class Manifest:
    """When a backup was made, by which version of the site, with which migrations ("app.name")."""

    made_at: str
    version: str
    migrations: list[str]
    kind: str = KIND


def encrypt(source: Source, target: BinaryIO, *, manifest: Manifest, recipients: list[str]) -> None:
    """Write the manifest and all of the source, for the private keys of the recipients `age1...`.

    NotABackup; what the source or the target raises.
    """
    keys = read_recipients(recipients)
    errors = _Errors()
    prefixed = _Prefixed(json.dumps(asdict(manifest)).encode() + b"\n", source)
    try:
        pyrage.encrypt_io(_Reader(prefixed, errors), _Writer(target, errors), keys)
    except pyrage.EncryptError:
        # age passes on the words of an error, and not the error.
        errors.raise_first()
        raise


def read_recipients(recipients: list[str]) -> list[pyrage.x25519.Recipient]:
    """Read public keys of age, `age1...`. NotABackup."""
    try:
        return [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise NotABackup("The recipient is no public key of age, which begins with age1.") from error


def decrypt(source: BinaryIO, sink: Sink, *, identities: str) -> Manifest:
    """Write all that `encrypt` read to the sink, and return the manifest. NotABackup; what the sink raises.

    `identities` is a file of age's private keys. The sink gets bytes before the end of the file is authenticated: who
    acts on them waits until this returns.
    """
    rest = _AfterManifest(sink)
    try:
        pyrage.decrypt_io(source, rest, _read_identities(identities))
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise NotABackup("These private keys don't open it: it was made for another one.") from error
        raise NotABackup("It is no file that age has encrypted, or its beginning is damaged.") from error
    except OSError as error:
        # age's own errors have no number.
        if error.errno is None:
            raise NotABackup("It is damaged: it was changed, or its end is missing.") from error
        raise
    return rest.manifest


def _read_identities(text: str) -> list[object]:
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as error:
        raise NotABackup("The file of private keys holds something else: age-keygen makes one.") from error
    if not found:
        raise NotABackup("The file of private keys is empty: age-keygen makes one.")
    return found


class _Prefixed:
    """A source with something before it."""

    def __init__(self, prefix: bytes, source: Source) -> None:
        self._prefix = prefix
        self._source = source

    def read(self, size: int = -1) -> bytes:
        if self._prefix:
            chunk, self._prefix = self._prefix[:size], self._prefix[size:]
            return chunk
        return self._source.read(size)


class _Errors:
    """What went wrong in what age reads and writes."""

    def __init__(self) -> None:
        self._first: BaseException | None = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._first = self._first or error
            raise

    def raise_first(self) -> None:
        if self._first:
            raise self._first from None


@dataclass
class _Reader:
    source: Source
    errors: _Errors

    def read(self, size: int = -1) -> bytes:
        with self.errors.noted():
            return self.source.read(size)


@dataclass
class _Writer:
    target: BinaryIO
    errors: _Errors

    def write(self, chunk: bytes) -> int:
        with self.errors.noted():
            return self.target.write(chunk)

    def flush(self) -> None:
        with self.errors.noted():
            self.target.flush()


class _AfterManifest:
    """Keeps the first line, and passes on what follows."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._line = b""
        self._manifest: Manifest | None = None

    @property
    def manifest(self) -> Manifest:
        if self._manifest is None:
            raise NotABackup(FOREIGN)
        return self._manifest

    def write(self, chunk: bytes) -> int:
        rest = chunk
        if self._manifest is None:
            self._line, end, rest = (self._line + chunk).partition(b"\n")
            if end:
                self._manifest = _read_manifest(self._line)
            elif len(self._line) > LONGEST_LINE:
                raise NotABackup(FOREIGN)
        if rest:
            self._sink.write(rest)
        return len(chunk)

    def flush(self) -> None:
        """age calls it at the end."""


def _read_manifest(line: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise NotABackup(FOREIGN) from error
    if manifest.kind != KIND:
        raise NotABackup(FOREIGN)
    return manifest
