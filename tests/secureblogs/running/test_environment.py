"""A process reads its environment, and says when that makes no sense."""

from pathlib import Path

import pytest

from tests.commands import BARE, python

pytestmark = pytest.mark.slow

NAMED = {"DATABASE_URL": "postgres://localhost/x", "REDIS_URL": "redis://localhost"}
IN_PART = "{} is set and {} is not. Set both to use your own servers, or neither to run with embedded ones."
SECRET_LACKS = "{} is not set, but a site with servers of its own needs it: see docs/deploy.md."


def run(var: Path, command: list[str], settings: dict[str, str]) -> tuple[int, str, str]:
    return python(*command, env=BARE | {"SECUREBLOGS_VAR": str(var)} | settings)


@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import secureblogs.settings"],
        ["-m", "secureblogs.running.release"],
        ["-m", "secureblogs.daphne.server"],
        ["-m", "celery", "--app", "secureblogs", "worker"],
        ["-m", "celery", "--app", "secureblogs", "beat"],
    ],
)
def test_importing_the_settings_starts_nothing(tmp_path, command):
    assert run(tmp_path / "var", command, {}) == (
        1,
        "",
        "DATABASE_URL and REDIS_URL are not set. `make run` and manage.py bring servers of their own; "
        "whatever else is started needs yours: see docs/deploy.md.\n",
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "postgres://localhost/x"}, IN_PART.format("DATABASE_URL", "REDIS_URL")),
        ({"REDIS_URL": "redis://localhost"}, IN_PART.format("REDIS_URL", "DATABASE_URL")),
        (NAMED, SECRET_LACKS.format("SECRET_KEY")),
        (NAMED | {"SECRET_KEY": "x"}, SECRET_LACKS.format("SEALING_PUBLIC_KEY")),
        (
            NAMED | {"SECRET_KEY_FILE": "/nowhere/key"},
            "SECRET_KEY_FILE can't be read: /nowhere/key (No such file or directory).",
        ),
        (
            {"ENV_FILE": "/nowhere/environment"},
            "The file of settings can't be read: /nowhere/environment (No such file or directory).",
        ),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "secureblogs"],
        ["-m", "secureblogs.running.processes", "web"],
        ["-c", "import secureblogs.settings"],
    ],
)
def test_settings_that_make_no_sense_are_said_in_one_sentence(tmp_path, settings, sentence, command):
    assert run(tmp_path / "var", command, settings) == (1, "", sentence + "\n")
    assert not (tmp_path / "var").exists()


def test_a_process_of_the_procfile_finds_its_settings_in_the_file(tmp_path):
    (tmp_path / "environment").write_text("DATABASE_URL=postgres://localhost/x\n")

    assert run(
        tmp_path / "var",
        ["-m", "secureblogs.running.processes", "release"],
        {"ENV_FILE": str(tmp_path / "environment")},
    ) == (1, "", IN_PART.format("DATABASE_URL", "REDIS_URL") + "\n")
    assert run(tmp_path / "var", ["-m", "secureblogs.running.processes", "all"], {}) == (
        1,
        "",
        "There is no process 'all': name one of release, web, worker, beat.\n",
    )
