"""Processes of the engines: each ends, with all its children, when the `with` does."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.commands import BASE_DIR

SECONDS_TO_END = 10


@contextmanager
def running(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process with pipes to its input and from its output; what it complains of goes to `log`."""
    pipe = subprocess.PIPE
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            command, cwd=BASE_DIR, env=environment, stdin=pipe, stdout=pipe, stderr=errors, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and kill what is left of it and its children a while later."""
    parent = psutil.Process(process.pid)
    # A browser is in a process group of its own, and would outlive a killed group of its driver.
    family = [parent, *parent.children(recursive=True)]
    assert process.stdin
    process.stdin.close()
    process.terminate()
    for each in psutil.wait_procs(family, timeout=SECONDS_TO_END)[1]:
        each.kill()
