"""The doctor on keys, and on who may read their files."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from secureblogs.running.doctor.secret_files import check_secret_files
from secureblogs.workers.keys import public_key
from tests.secureblogs.running.doctor.findings import found, words_of

pytestmark = pytest.mark.usefixtures("complete")
NOBODY = 65534


def test_a_sealing_key_that_is_none_is_found(settings):
    settings.SEALING_PUBLIC_KEY = "none"
    public_key.cache_clear()
    try:
        assert found() == ["SEALING_PUBLIC_KEY holds no sealing key: nobody can publish."]
    finally:
        public_key.cache_clear()


@pytest.mark.parametrize("name", ["SECRET_KEY_FILE", "OIDC_CLIENT_SECRET_FILE"])
def test_secrets_that_everybody_may_read_are_found(tmp_path, monkeypatch, name):
    file = tmp_path / "secret_key"
    file.touch(mode=0o604)
    monkeypatch.setenv(name, str(file))

    assert found() == [f"Every user of this machine may read {file}."]


@contextmanager
def by_an_ordinary_user(*paths: Path) -> Iterator[None]:
    """Root may do anything: then somebody else owns these paths, and goes on."""
    user = os.geteuid()
    if user == 0:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def keys(tmp_path: Path, settings) -> Path:
    file = tmp_path / "sealing_keys.pem"
    settings.SEALING_PRIVATE_KEYS_FILE = str(file)
    return file


def test_a_web_user_who_may_read_the_private_key_is_found(tmp_path, keys):
    keys.touch(mode=0o640)
    for folder in tmp_path.parents:
        # pytest makes its folders for one user alone.
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)

    with by_an_ordinary_user(keys, tmp_path):
        wrong = words_of(check_secret_files())

    assert [what.partition(":")[0] for what in wrong] == ["This user may read the private sealing keys"]


def test_the_private_keys_are_not_offered_to_the_group_of_the_web_process(keys):
    keys.touch(mode=0o604)

    first, *_ = check_secret_files()

    assert first.mend == f"chmod 600 {keys}: it is for the workers' user alone."


def test_a_folder_that_the_web_process_may_not_enter_is_as_it_should_be(tmp_path, keys):
    keys.touch(mode=0o600)
    tmp_path.chmod(0o600)

    with by_an_ordinary_user():
        with pytest.raises(PermissionError):
            keys.stat()
        assert list(check_secret_files()) == []
    tmp_path.chmod(0o700)
