"""The file of a backup: what was put in comes out, and nothing that was changed, cut, foreign or for somebody else."""

import io
import sys

import pyrage
import pytest
from django.core.management import CommandError, call_command

from secureblogs.running.backups.archives import Manifest, NotABackup, decrypt, encrypt

KEY = pyrage.x25519.Identity.generate()
MANIFEST = Manifest(made_at="2026-01-02T03:04:05+00:00", version="1.0", migrations=["posts.0001_initial"])
CONTENT = bytes(200_000)
DAMAGED = "It is damaged: it was changed, or its end is missing."
NOT_OF_AGE = "It is no file that age has encrypted, or its beginning is damaged."
FOREIGN = "It is no backup of SecureBlogs."


def _encrypted(content: bytes = CONTENT, manifest: Manifest = MANIFEST) -> bytes:
    target = io.BytesIO()
    encrypt(io.BytesIO(content), target, manifest=manifest, recipients=[str(KEY.to_public())])
    return target.getvalue()


def test_what_was_encrypted_comes_out_with_its_manifest():
    sink = io.BytesIO()

    assert decrypt(io.BytesIO(_encrypted()), sink, identities=f"# a comment\n\n{KEY}\n") == MANIFEST
    assert sink.getvalue() == CONTENT


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (_encrypted()[:-1], DAMAGED),
        (_encrypted() + b"\0", DAMAGED),
        (
            _encrypted()[:100_000] + b"\0" + _encrypted()[100_001:],
            "It is damaged: it was changed, or its end is missing.",
        ),
        (b"PGDMP" * 99, NOT_OF_AGE),
        (b"", NOT_OF_AGE),
        (pyrage.encrypt(b"a letter", [KEY.to_public()]), FOREIGN),
        (pyrage.encrypt(b'{"kind": "other"}\n', [KEY.to_public()]), FOREIGN),
        (pyrage.encrypt(bytes(70_000), [KEY.to_public()]), FOREIGN),
        (
            pyrage.encrypt(b"", [pyrage.x25519.Identity.generate().to_public()]),
            "These private keys don't open it: it was made for another one.",
        ),
    ],
    ids=["cut", "lengthened", "changed", "foreign", "empty", "letter", "other kind", "no line", "other key"],
)
def test_another_file_is_refused_in_words(file, why):
    with pytest.raises(NotABackup) as refused:
        decrypt(io.BytesIO(file), io.BytesIO(), identities=str(KEY))
    assert str(refused.value) == why


# The key is another one in each process of a run, so it is no name of a test.
@pytest.mark.parametrize(
    "identities", ["", "# nothing\n", "AGE-SECRET-KEY-1X", str(KEY.to_public())], ids=range(4)
)
def test_a_file_without_private_keys_is_refused_in_words(identities):
    with pytest.raises(NotABackup, match="age-keygen makes one"):
        decrypt(io.BytesIO(_encrypted()), io.BytesIO(), identities=identities)


@pytest.mark.django_db
def test_the_private_key_may_come_by_the_standard_input(tmp_path, monkeypatch):
    (tmp_path / "backup.age").write_bytes(_encrypted())
    monkeypatch.setattr(sys, "stdin", io.StringIO(str(KEY)))

    with pytest.raises(CommandError, match="The database has tables already"):
        call_command("restore", str(tmp_path / "backup.age"), "--identity", "-")


def test_a_private_key_is_no_recipient():
    with pytest.raises(NotABackup, match="begins with age1"):
        encrypt(io.BytesIO(), io.BytesIO(), manifest=MANIFEST, recipients=[str(KEY)])
