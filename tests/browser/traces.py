"""Searching everything that a site leaves on a machine for a secret, however it may be written."""

import os
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from redis import Redis

from tests.site import Site

# Other runs of the tests on this machine have servers there that are none of ours.
OF_OTHER_RUNS = "secureblogs-test-*"


def forms(secret: bytes) -> set[bytes]:
    """The secret as it is, in hex, in base64 wherever in a longer text it stands, and as UTF-16."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for before in range(3):
        # This cuts off the letters at both ends, which depend on their neighbours.
        encoded = b64encode(bytes(before) + secret).rstrip(b"=")
        found.add(encoded[(before * 8 + 5) // 6 : -1])
        found.add(encoded[(before * 8 + 5) // 6 : -1].replace(b"+", b"-").replace(b"/", b"_"))
    if secret.isascii():
        text = secret.decode()
        found |= {text.encode("utf-16-le"), text.encode("utf-16-be")}
    return found


@dataclass
class Machine:
    """The site's database, as files and as a dump, Valkey, its logs, and what came into the temporary folder since."""

    site: Site
    since: float

    def traces(self, *secrets: bytes) -> dict[bytes, list[Path]]:
        """For each of the secrets the files that hold it."""
        return traces_in(self._files(), *secrets)

    def write_down(self) -> None:
        """Let PostgreSQL and Valkey write to the disk what they have in memory, and dump the database.

        Both compress: a word that stands in a longer text is not in their files as it is.
        """
        with self._administration() as connection:
            connection.execute("CHECKPOINT")
        self._write_dump()
        valkey = Redis.from_url(self.site.redis_url)
        valkey.config_set("rdbcompression", "no")
        valkey.save()

    @property
    def database(self) -> Path:
        with self._administration() as connection:
            (path,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        return Path(path)

    @property
    def dump(self) -> Path:
        """All rows of the site's tables, as text."""
        return self.site.var / "dump.txt"

    @property
    def valkey(self) -> Path:
        return Path(str(Redis.from_url(self.site.redis_url).config_get("dir")["dir"]))

    def _write_dump(self) -> None:
        with psycopg.connect(self.site.database_url) as connection, self.dump.open("wb") as dump:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (table,) in tables:
                with connection.cursor().copy(
                    sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
                ) as rows:
                    dump.writelines(rows)

    def _administration(self) -> psycopg.Connection[tuple[str]]:
        # The site's own role may do neither.
        address = urlsplit(self.site.database_url)
        netloc = f"postgres@{address.netloc.rpartition('@')[2]}"
        return psycopg.connect(urlunsplit(address._replace(netloc=netloc)), autocommit=True)

    def _files(self) -> Iterator[Path]:
        for folder in (self.database, self.valkey, self.site.logs, self.site.var):
            yield from below(folder)
        temporary = Path(tempfile.gettempdir())
        others = set(temporary.glob(OF_OTHER_RUNS))
        for folder in temporary.iterdir():
            if folder not in others:
                yield from (path for path in below(folder) if _written_at(path) >= self.since)


def traces_in(paths: Iterable[Path], *secrets: bytes) -> dict[bytes, list[Path]]:
    """For each of the secrets those of the files that hold it."""
    needles = {secret: forms(secret) for secret in secrets}
    found: dict[bytes, list[Path]] = {secret: [] for secret in secrets}
    for path in sorted(set(paths)):
        content = _content(path)
        for secret in secrets:
            if any(needle in content for needle in needles[secret]):
                found[secret].append(path)
    return found


def in_any(bodies: Iterable[bytes], secret: bytes) -> bool:
    needles = forms(secret)
    return any(needle in body for body in bodies for needle in needles)


def below(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        # Gone meanwhile, or nobody's business.
        return b""


def _written_at(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0
