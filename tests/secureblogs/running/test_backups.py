"""The file of a backup: what was put in comes out, and nothing that was changed, cut, foreign or for somebody else."""

import io
import os
import re
import secrets
import sys
import time
import uuid
from pathlib import Path

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections

from posts.models import PART_SIZE, Post
from posts.publishing import deletions
from secureblogs.running.backups import making
from secureblogs.running.backups.archives import Manifest, NotABackup, decrypt, encrypt
from secureblogs.running.backups.clients import ClientFailed
from secureblogs.running.backups.contents import Frames, Unpacked
from tests.commands import BARE, python
from tests.site import create_database, drop_database

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


class Failing(io.BytesIO):
    """A source that ends in the middle, or a disk that is full."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        raise self.error

    def write(self, chunk: object) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error", [ClientFailed("pg_dump"), OperationalError("gone"), OSError(28, "No space left")]
)
def test_what_goes_wrong_in_the_middle_of_a_backup_is_told_as_what_it_is(error):
    for source, target in ((Failing(error), io.BytesIO()), (io.BytesIO(CONTENT), Failing(error))):
        with pytest.raises(type(error), match=str(error.args[-1])):
            encrypt(source, target, manifest=MANIFEST, recipients=[str(KEY.to_public())])


@pytest.mark.slow
def test_a_storage_that_takes_no_file_is_not_told_as_a_backup_that_can_not_be_read(tmp_path):
    part = b"".join(
        kind + len(words).to_bytes(4, "big") + words for kind, words in ((b"N", b"ab/0"), (b"P", b"x"))
    )
    (tmp_path / "backup.age").write_bytes(_encrypted(part))
    (tmp_path / "key.txt").write_text(str(KEY))
    url = create_database(f"site_{secrets.token_hex(6)}")
    settings = {"DATABASE_URL": url, "FILES_ROOT": str(tmp_path / "key.txt" / "files")}
    command = ["restore", tmp_path / "backup.age", "--identity", tmp_path / "key.txt"]

    code, _, complaint = python("manage.py", *command, env=os.environ | settings)

    drop_database(url)
    said = "CommandError: Nothing was restored. The backup can't be read to its end, or its files not be stored: "
    assert (code, complaint) == (1, f"{said}Not a directory.\n")


@pytest.mark.django_db
def test_the_private_key_may_come_by_the_standard_input(tmp_path, monkeypatch):
    (tmp_path / "backup.age").write_bytes(_encrypted())
    monkeypatch.setattr(sys, "stdin", io.StringIO(str(KEY)))

    with pytest.raises(CommandError, match="The database has tables already"):
        call_command("restore", str(tmp_path / "backup.age"), "--identity", "-")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["backup", "x.age"], "There is no backup. PostgreSQL does not answer as it should: "),
        (
            ["restore", str(Path(__file__)), "--identity", os.devnull],
            "Nothing was restored. PostgreSQL does not answer as it should: ",
        ),
    ],
)
def test_a_database_that_is_away_is_told_in_words(tmp_path, command, words):
    away = {
        "DATABASE_URL": "postgres://localhost:1/x",
        "REDIS_URL": "redis://localhost:1",
        "SECRET_KEY": "x",
        "SEALING_PUBLIC_KEY": "x",
        "SECUREBLOGS_VAR": str(tmp_path),
        "BACKUP_RECIPIENTS": str(KEY.to_public()),
    }

    code, _, said = python("manage.py", *command, env=BARE | away)

    assert (code, said[: len("CommandError: ") + len(words)]) == (1, f"CommandError: {words}")
    assert not Path("x.age").exists()


def test_a_private_key_is_no_recipient():
    with pytest.raises(NotABackup, match="begins with age1"):
        encrypt(io.BytesIO(), io.BytesIO(), manifest=MANIFEST, recipients=[str(KEY)])


@pytest.mark.django_db
def test_files_come_along_and_go_again_where_the_rest_can_not_be_restored(alice, settings, tmp_path):
    told: list[str] = []
    _storage_in(settings, tmp_path / "before")
    files = [alice.upload(uuid.uuid4(), size=PART_SIZE + 9), alice.upload(uuid.uuid4())]
    (tmp_path / "before" / files[1].name_of_part(0)).unlink()
    packed = _all_of(Frames(io.BytesIO(CONTENT), told=told.append))
    there = [files[0].name_of_part(0), files[0].name_of_part(1)]
    assert told == [f"{files[1].name_of_part(0)} is missing in the storage of files"]

    _storage_in(settings, tmp_path / "after")
    dump = io.BytesIO()
    contents = Unpacked(dump)
    for start in range(0, len(packed), 65_521):
        contents.write(packed[start : start + 65_521])

    assert dump.getvalue() == CONTENT
    sizes = {name: (tmp_path / "after" / name).stat().st_size for name in there}
    assert sizes == {there[0]: PART_SIZE, there[1]: 9}
    contents.forget()
    assert [path for path in (tmp_path / "after").rglob("*") if path.is_file()] == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_people_do_meanwhile_is_in_it_wholly_or_not_at_all(alice, bob, group, settings, tmp_path):
    _storage_in(settings, tmp_path / "files")
    before = alice.publish(group, title="Before", files=1)
    told: list[str] = []

    def tell(what: str) -> None:
        """Called in a thread of its own as pg_dump comes to a table."""
        told.append(what)
        if len(told) == 1:
            deletions.delete(before)
            alice.publish(group, title="After")
            connections.close_all()

    made = io.BytesIO()
    making.back_up(made, recipients=[str(KEY.to_public())], told=tell)

    assert {"accounts_user", "posts_post", "posts_postkey"} <= set(told)
    assert list(Post.objects.values_list("current__title", flat=True)) == ["After"]
    assert _restored(made.getvalue(), tmp_path) == [("Before", 2, 1)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_idle_transactions_ends_no_backup(alice, group):
    alice.publish(group)
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '50ms'")
    try:
        making.back_up(io.BytesIO(), recipients=[str(KEY.to_public())], told=lambda _: time.sleep(0.2))
    finally:
        connection.close()


def _restored(backup: bytes, folder: Path) -> list[tuple[str, int, int]]:
    """Of each post in it: the title, how many keys it is wrapped for, and its files."""
    (folder / "backup.age").write_bytes(backup)
    (folder / "key.txt").write_text(str(KEY))
    url = create_database(f"site_{secrets.token_hex(6)}")
    environment = {**os.environ, "DATABASE_URL": url, "FILES_ROOT": str(folder / "elsewhere")}
    environment["DJANGO_SETTINGS_MODULE"] = "secureblogs.settings"
    restore = ("manage.py", "restore", folder / "backup.age", "--identity", folder / "key.txt")
    try:
        code, _, said = python(*restore, env=environment)
        assert code == 0, said
        with psycopg.connect(url) as connection:
            return connection.execute(
                """SELECT title, (SELECT count(*) FROM posts_postkey WHERE post_id = post.id),
                    (SELECT count(*) FROM posts_storedfile WHERE post_uid = post.uid)
                FROM posts_post AS post JOIN posts_revision AS revision ON current_id = revision.id"""
            ).fetchall()
    finally:
        drop_database(url)


@pytest.mark.django_db(transaction=True)
def test_neither_the_sealing_key_nor_another_secret_of_the_machine_is_in_it(alice, settings, tmp_path):
    _storage_in(settings, tmp_path / "files")
    file = alice.upload(uuid.uuid4(), size=PART_SIZE)
    (tmp_path / "files" / file.name_of_part(0)).write_bytes(secrets.token_bytes(PART_SIZE))
    made = io.BytesIO()

    making.back_up(made, recipients=[str(KEY.to_public())], told=lambda what: None)

    # What is in the storage stands there as it is, so a secret would, too.
    content = pyrage.decrypt(made.getvalue(), [KEY])
    assert (tmp_path / "files" / file.name_of_part(0)).read_bytes() in content
    lines = Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text().split()
    assert [
        each for each in (*lines, settings.SECRET_KEY) if len(each) > 20 and each.encode() in content
    ] == []
    assert any(len(each) > 20 for each in lines)


@pytest.mark.parametrize("kind", [b"X", b"{", b"P"])
def test_what_is_no_frame_or_has_no_name_is_refused(kind):
    with pytest.raises(NotABackup, match=re.escape(FOREIGN)):
        Unpacked(io.BytesIO()).write(kind + bytes(4))


def _storage_in(settings, folder: Path) -> None:
    settings.FILES_ROOT = str(folder)
    settings.STORAGES = dict(settings.STORAGES)


def _all_of(source: Frames) -> bytes:
    return b"".join(iter(lambda: source.read(10_000), b""))
