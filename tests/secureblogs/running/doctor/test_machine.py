"""The doctor on clocks, disks and the storage of files."""

import shutil

import pytest

from secureblogs.running.doctor.machine import check_clock
from tests.secureblogs.running.doctor.findings import found, words_of

pytestmark = pytest.mark.usefixtures("complete")


def test_a_full_disk_and_a_storage_that_takes_nothing_are_found(settings, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    settings.FILES_ROOT = str(tmp_path / "file")
    settings.STORAGES = dict(settings.STORAGES)
    assert found() == ["Pictures and files can't be stored: FileExistsError."]

    settings.FILES_ROOT = str(tmp_path)
    settings.STORAGES = dict(settings.STORAGES)
    assert found() == []
    monkeypatch.setattr("shutil.disk_usage", lambda folder: shutil._ntuple_diskusage(100, 95, 5))
    assert f"The disk of {tmp_path} is nearly full." in found()


def test_a_clock_that_is_wrong_is_found(monkeypatch):
    assert list(check_clock()) == []
    monkeypatch.setattr("time.time", lambda: 0.0)

    wrong = [what.partition(" and ")[0] for what in words_of(check_clock())]
    assert wrong == ["The clocks of PostgreSQL", "The clocks of Redis"]
