"""The units of deploy/systemd: systemd reads them, and finds little that their processes could do."""

import shutil
from pathlib import Path

import pytest

from tests import commands
from tests.commands import BASE_DIR
from tests.deploy.programs import find

pytestmark = pytest.mark.slow

UNITS = sorted(path.name for path in (BASE_DIR / "deploy" / "systemd").iterdir())
# Of a hundred that `systemd-analyze security` counts; 20 is its own "OK".
MOST_EXPOSED = 15


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as docs/deploy.md makes it, as far as systemd looks at it."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    shutil.copytree(BASE_DIR / "deploy" / "systemd", root / "etc/systemd/system")
    for program in ("srv/secureblogs/.venv/bin/python", "usr/bin/curl"):
        (root / program).parent.mkdir(parents=True)
        (root / program).touch(mode=0o755)
    return root


def names() -> list[str]:
    """The units as they are started."""
    return [name.replace("@.", "@8000.") for name in UNITS]


def analyze(root: Path, verb: str, *arguments: str) -> tuple[int, str, str]:
    return commands.run(find("systemd-analyze"), verb, f"--root={root}", *arguments)


def test_systemd_has_no_complaint(root):
    assert [name.split("-")[1] for name in UNITS] == [
        "beat.service",
        "release.service",
        "web@.service",
        "worker.service",
    ]
    assert analyze(root, "verify", "--man=no", *names()) == (0, "", "")


def test_a_mistake_in_a_unit_is_found(root):
    unit = root / "etc/systemd/system/secureblogs-beat.service"
    text = unit.read_text()
    unit.write_text(text.replace("ProtectHome=yes", "ProtectHouse=yes"))
    try:
        assert "ProtectHouse" in analyze(root, "verify", "--man=no", unit.name)[2]
    finally:
        unit.write_text(text)


@pytest.mark.parametrize("name", names())
def test_a_process_can_do_little(root, name):
    code, words, _ = analyze(
        root, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", name
    )
    assert code == 0, words


def test_no_secret_of_a_process_lands_in_a_dump():
    texts = {name: (BASE_DIR / "deploy" / "systemd" / name).read_text() for name in UNITS}

    assert [name for name, text in texts.items() if "\nLimitCORE=0\n" not in text] == []
