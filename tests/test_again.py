"""Which tests get a second chance: few, of a browser alone, and three times of three right."""

import sys
from pathlib import Path

import pytest

from tests.commands import BARE, BASE_DIR, run

pytestmark = pytest.mark.slow

BEGIN = """
from pathlib import Path

import pytest

def count(name):
    with Path(name).open("a+") as runs:
        runs.write(".")
    return Path(name).stat().st_size

"""
LATE = "@pytest.mark.browser\ndef test_late(): assert count('late') > 1\n"
BROKEN = "@pytest.mark.browser\ndef test_broken(): assert count('broken') < 0\n"
OFTEN_BROKEN = "@pytest.mark.browser\ndef test_often(): assert count('often') not in {1, 4}\n"
OTHER = "def test_other(): assert count('other') > 1\n"
CRASH = "def test_crash(): __import__('os')._exit(1)\n"


def runs_again(folder: Path, *tests: str) -> tuple[bool, str]:
    """Whether a run of these tests may count as right after all, and what is said about it."""
    (folder / "test_them.py").write_text(BEGIN + "\n".join(tests))
    env = {**BARE, "PYTHONPATH": str(BASE_DIR)}
    pytest_run = ("-m", "pytest", "-p", "tests.pytest_plugin", "-p", "no:django", "test_them.py")
    assert run(sys.executable, *pytest_run, cwd=folder, env=env)[0]
    code, said, _ = run(sys.executable, "-m", "tests.again", cwd=folder, env=env)
    return code == 0, said


def test_what_is_right_three_times_by_itself_was_late_and_is_named(tmp_path: Path):
    is_right, said = runs_again(tmp_path, LATE, LATE.replace("late", "later"))
    assert is_right
    assert said.endswith(
        "Late beside the others, right 3 times by themselves:\n"
        "  test_them.py::test_late\n  test_them.py::test_later\n"
    )
    assert (tmp_path / "late").stat().st_size == 4


@pytest.mark.parametrize("tests", [(BROKEN,), (OFTEN_BROKEN,), (LATE, BROKEN)])
def test_what_fails_once_more_is_broken(tmp_path: Path, tests: tuple[str, ...]):
    assert not runs_again(tmp_path, *tests)[0]


@pytest.mark.parametrize(
    "tests",
    [(LATE, OTHER), [LATE.replace("late", f"late_{number}") for number in range(4)], (LATE, CRASH)],
    ids=("no browser", "four", "crash"),
)
def test_more_than_a_few_late_browsers_get_no_second_chance(tmp_path: Path, tests: tuple[str, ...]):
    # A list that an earlier run has left says nothing about this one.
    assert runs_again(tmp_path, LATE)[0]
    (tmp_path / "late").unlink()
    is_right, said = runs_again(tmp_path, *tests)
    assert (is_right, said) == (False, "")
