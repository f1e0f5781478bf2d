"""The command that makes and changes the workers' sealing key: both files, or neither."""

import os
import stat
from pathlib import Path

import pytest

from secureblogs.crypto.pem import pem_blocks
from secureblogs.crypto.wrapping import load_private_keys, public_key_of
from secureblogs.running.make_sealing_key import make_pair
from tests.commands import python

pytestmark = pytest.mark.slow


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and complaint of the command, with nothing set."""
    return python("-m", "secureblogs.running.make_sealing_key", *arguments, env={})


def mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files, made by the command."""
    private, public = tmp_path / "keys.pem", tmp_path / "key.pub.pem"
    assert run(private, public) == (0, "", "")
    return private, public


def test_a_new_pair_belongs_together_and_its_private_half_to_its_owner(pair):
    private, public = pair

    (key,) = load_private_keys(private.read_text())
    assert public_key_of(key).pem == public.read_text()
    assert (mode(private), mode(public)) == ("-rw-------", "-rw-r--r--")


def test_a_rotation_puts_the_new_key_in_front_and_keeps_owners_and_modes(pair):
    private, public = pair
    old_private, old_public = private.read_text(), public.read_text()
    private.chmod(0o400)
    public.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(private, 1234, 1235)

    assert run(private, public) == (0, "", "")

    new, old = pem_blocks(private.read_text())
    assert old == old_private
    assert public.read_text() == public_key_of(load_private_keys(new)[0]).pem != old_public
    assert (mode(private), mode(public)) == ("-r--------", "-rw-r-----")
    if os.geteuid() == 0:
        assert (private.stat().st_uid, private.stat().st_gid) == (1234, 1235)
    assert sorted(path.name for path in private.parent.iterdir()) == ["key.pub.pem", "keys.pem"]


def test_the_public_half_is_printed_again(pair):
    private, public = pair

    assert run("--public", private) == (0, public.read_text(), "")


def test_what_fails_leaves_both_files_as_they_were(pair, tmp_path):
    private, public = pair
    before = private.read_text(), public.read_text()
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("Dear diary")
    nowhere = tmp_path / "nowhere" / "key.pub.pem"

    assert run(private, nowhere) == (1, "", f"Nothing was made: {nowhere} (No such file or directory).\n")
    folder = f"Nothing was made: {tmp_path / 'folder'} (Is a directory).\n"
    assert run(private, tmp_path / "folder") == (1, "", folder)
    for arguments in ((tmp_path / "text", public), ("--public", tmp_path / "text")):
        code, said, complaint = run(*arguments)
        assert (code, said) == (1, "")
        no_keys = f"Nothing was made, since {tmp_path / 'text'} is no file of private keys: "
        assert complaint.startswith(no_keys)
    assert run(private)[0] == run("--publish", private)[0] == run()[0] == 1

    assert (private.read_text(), public.read_text()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "key.pub.pem", "keys.pem", "text"]


def test_a_public_key_is_put_in_place_of_no_private_one(pair, tmp_path):
    private, _ = pair
    before, new = private.read_text(), tmp_path / "new.pem"

    for first, second in ((private, private), (new, private), (new, new)):
        assert run(first, second) == (1, "", f"Nothing was made: {second} (it is for private keys).\n")

    assert (private.read_text(), new.exists()) == (before, False)


@pytest.mark.parametrize("is_new", [False, True])
def test_where_the_public_key_can_t_be_put_the_private_one_is_as_it_was(pair, tmp_path, monkeypatch, is_new):
    private, public = (tmp_path / "new.pem", tmp_path / "new.pub.pem") if is_new else pair
    before = [path.read_text() if path.exists() else "" for path in (private, public)]
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == public:
            raise PermissionError(1, "Operation not permitted", str(public))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        make_pair(private, public)

    assert [path.read_text() if path.exists() else "" for path in (private, public)] == before
