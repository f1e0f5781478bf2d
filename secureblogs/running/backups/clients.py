"""pg_dump and pg_restore, on the database of the settings: the system's programs, or those of the embedded servers."""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Self

from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from secureblogs.local.daemons import CannotStart
from secureblogs.local.postgresql import programs

Told = Callable[[str], None]
PAUSE = 2.0  # seconds between two words about a large table
# What both say when they come to the rows of a table.
TABLE = re.compile(r'(?:dumping contents of|processing data for) table "public\.(\w+)"')


class ClientFailed(Exception):
    """The program is missing, or ended with an error: the sentence has its last words."""


class Client:
    """A running program of PostgreSQL's, killed at the end of the block if it still runs; ClientFailed."""

    def __init__(self, name: str, *arguments: str, told: Told) -> None:
        parameters = _parameters()
        password = parameters.pop("password", "")
        address = make_conninfo(**parameters)
        self._last_words = ""
        self._progress = _Progress(told)
        # A password among the arguments could be read in the list of processes.
        self._process = subprocess.Popen(
            [_find(name), "--verbose", "--no-password", *arguments, f"--dbname={address}"],
            env={**os.environ, "LC_ALL": "C", "PGPASSWORD": password},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                # It was killed before it read what was written last.
                pass

    def read(self, size: int = -1) -> bytes:
        """Return what it wrote; b"" only when it has ended well."""
        assert self._process.stdout is not None
        chunk = self._process.stdout.read(size)
        if not chunk:
            self.finish()
        self._progress.count(chunk)
        return chunk

    def write(self, chunk: bytes) -> None:
        """Give it bytes to read."""
        assert self._process.stdin is not None
        self._progress.count(chunk)
        try:
            self._process.stdin.write(chunk)
        except BrokenPipeError:
            self.finish()

    def finish(self) -> None:
        """Give it no more, and wait until it has done its work."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            # It has ended before it read everything, and its exit code says whether that was right.
            pass
        code = self._process.wait()
        self._listener.join()
        if code:
            raise ClientFailed(f"PostgreSQL's program failed: {self._last_words}")

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text = line.decode(errors="replace").strip()
            if table := TABLE.search(text):
                self._progress.come_to(table[1])
            elif "error" in text.lower():
                self._last_words = text


class _Progress:
    """Tells each table as it begins, and every few seconds how much went through."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._table = "tables"
        self._bytes = 0
        self._due = time.monotonic() + PAUSE

    def come_to(self, table: str) -> None:
        self._table = table
        self._told(table)

    def count(self, chunk: bytes) -> None:
        self._bytes += len(chunk)
        if time.monotonic() > self._due:
            self._due = time.monotonic() + PAUSE
            self._told(f"{self._table}, {self._bytes / 1e6:,.0f} MB so far")


def _parameters() -> dict[str, str]:
    """What libpq needs to reach the database of the settings; the rest of Django's parameters are psycopg's own."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    given = connection.get_connection_params()
    return {name: str(value) for name, value in given.items() if name in known}


def _find(name: str) -> str:
    """The program, not older than the server: an older pg_dump refuses. ClientFailed says how to get one."""
    connection.ensure_connection()
    wanted = connection.connection.info.server_version // 10_000
    for path in (shutil.which(name), _embedded(name)):
        if path and _major_version(path) >= wanted:
            return path
    raise ClientFailed(f"There is no {name} {wanted} here: on Debian, apt-get install postgresql-client.")


def _embedded(name: str) -> str | None:
    try:
        return str(programs() / name)
    except CannotStart:
        return None


def _major_version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0
