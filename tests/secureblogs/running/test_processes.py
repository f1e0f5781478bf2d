"""Processes side by side, some of which don't want to end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from secureblogs.running import processes as module
from secureblogs.running.processes import Backoff, Processes, read_procfile
from tests.commands import BASE_DIR

pytestmark = pytest.mark.slow

# The word of the project, by which a start knows what an earlier one has left.
STUBBORN = """sh -c 'trap "" TERM INT HUP; echo up; sleep 300 & sleep 300; sleep 300' secureblogs"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    commands = {"stubborn": STUBBORN, "short": "true", "failing": "sh -c 'exit 3'", "sleep": "sleep 300"}
    made = Processes(commands, cwd=tmp_path, environment=os.environ, record=tmp_path / "processes")
    yield made
    made.stop(within=0)


def group_exists(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pids(processes: Processes) -> list[int]:
    return list(json.loads(processes.record.read_text()))


def test_a_procfile_is_read(tmp_path):
    (tmp_path / "Procfile").write_text("# a comment: yes\nweb: serve --port ${PORT:-8000}\n\nworker: work\n")

    assert read_procfile(tmp_path / "Procfile") == {"web": "serve --port ${PORT:-8000}", "worker": "work"}


def test_each_process_of_the_procfile_is_named():
    assert list(read_procfile(BASE_DIR / "Procfile")) == ["release", "web", "worker", "beat"]


def test_one_is_run_to_its_end(processes):
    assert processes.run("short") == 0
    assert processes.run("failing") == 3


def test_output_is_prefixed(tmp_path, capsys):
    commands = {"web": "printf 'one\\ntwo\\n'"}
    processes = Processes(commands, cwd=tmp_path, environment=os.environ, record=tmp_path / "processes")

    processes.run("web")
    processes.stop(within=1)

    assert capsys.readouterr().out == "web     | one\nweb     | two\n"


def test_a_disk_that_takes_no_record_ends_nothing(processes, capsys):
    processes.record = processes.cwd / "missing" / "processes"

    processes.start("sleep")

    assert (
        f"site    | {processes.record} can't be written (No such file or directory).\n"
        in capsys.readouterr().out
    )
    assert processes.run("failing") == 3


def test_who_ignores_the_request_is_killed_with_all_children(processes, capsys):
    processes.start("stubborn", "sleep")
    stubborn, sleep = pids(processes)
    while "up" not in capsys.readouterr().out:
        time.sleep(0.01)

    started = time.monotonic()
    processes.stop(within=0.5)

    assert 0.5 < time.monotonic() - started < 3
    assert not group_exists(stubborn)
    assert not group_exists(sleep)
    assert not processes.record.exists()


@pytest.mark.parametrize(("ends", "how"), [("kill -KILL $$", "killed by SIGKILL"), ("exit 0", "exit code 0")])
def test_who_ends_starts_again_and_the_others_go_on(processes, tmp_path, capsys, ends, how):
    # It ends once by itself, whichever way, and leaves a child behind.
    processes.commands = {
        **processes.commands,
        "worker": f"sh -c 'sleep 300 & test -e ended && wait; echo $! > ended; {ends}'",
    }
    processes.start("sleep", "worker")
    other, first = pids(processes)
    while pids(processes) == [other, first]:
        processes.keep_running()
        time.sleep(0.01)

    second = pids(processes)[1]
    assert f"worker  | ended ({how}) and starts again at once\n" in capsys.readouterr().out
    while group_exists(first):
        # Its child is killed; the system takes a moment to bury it.
        time.sleep(0.01)
    assert group_exists(second)
    processes.keep_running()
    assert pids(processes) == [other, second]
    assert group_exists(other)


def test_pauses_double_until_they_are_half_a_minute_and_end_one_by_one(monkeypatch):
    backoff = Backoff()
    assert backoff.is_over()

    assert [backoff.fail() for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]

    assert not backoff.is_over()
    monkeypatch.setattr(module, "CALM", -31)
    assert [backoff.fail() for _ in range(2)] == [0, 0]
    assert backoff.is_over()


def test_a_process_that_keeps_ending_is_started_again_after_a_pause_and_ends_nothing_else(processes, capsys):
    processes.start("sleep", "failing")
    said = ""
    started = time.monotonic()

    while said.count("ended") < 3:
        processes.keep_running()
        said += capsys.readouterr().out
        time.sleep(0.01)

    assert time.monotonic() - started > 1
    assert said.splitlines() == [
        "failing | ended (exit code 3) and starts again at once",
        "failing | ended (exit code 3) and starts again in 1 s",
        "failing | ended (exit code 3) and starts again in 2 s",
    ]
    assert group_exists(pids(processes)[0])


def test_what_a_killed_start_has_left_is_ended_by_the_next(tmp_path):
    program = """
import os, pathlib, signal, sys
from secureblogs.running.processes import Processes

folder = pathlib.Path(sys.argv[1])
made = Processes({"stubborn": sys.argv[2]}, cwd=folder, environment=os.environ, record=folder / "processes")
made.start("stubborn")
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), STUBBORN],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"stubborn | up\n"
    killed.communicate(b"\n")
    (left,) = json.loads((tmp_path / "processes").read_text())
    assert group_exists(left)

    Processes({}, cwd=tmp_path, environment=os.environ, record=tmp_path / "processes").end_leftovers()

    assert not group_exists(left)


def test_a_stranger_with_a_recorded_number_is_left_alone(tmp_path):
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as stranger:
        (tmp_path / "processes").write_text(json.dumps([stranger.pid]))

        Processes({}, cwd=tmp_path, environment=os.environ, record=tmp_path / "processes").end_leftovers()

        assert stranger.poll() is None
        stranger.kill()
