"""The site as a whole: models have their migrations, and production settings have no holes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_the_deployment_check_finds_nothing() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "secureblogs.settings",
        "SITE_URL": "https://blogs.example.org",
    }

    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues" in checked.stdout


def test_every_setting_is_named_for_who_deploys() -> None:
    read = set(
        re.findall(r'env(?:iron)?\.\w+\(\s*"(\w+)"', (BASE_DIR / "secureblogs" / "settings.py").read_text())
    )
    named = set(
        re.findall(r"^(?:# )?(\w+?)(?:_FILE)?=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE)
    )

    assert len(read) > 10
    assert "ENV_FILE" in read
    assert {name.removesuffix("_FILE") for name in read} <= named


def test_every_test_stands_in_a_file_that_is_collected() -> None:
    is_collected = {path: path.name.startswith("test_") for path in (BASE_DIR / "tests").rglob("*.py")}
    holds_tests = {
        path: bool(re.search(r"^\s*(async )?def test_", path.read_text(), re.MULTILINE))
        for path in is_collected
    }

    assert len(is_collected) > 100
    assert is_collected == holds_tests
