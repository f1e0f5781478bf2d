"""Files come in parts, belong to one post, are there for who reads it, and go when nothing names them."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.domain import users
from accounts.domain.locks import Gone
from accounts.domain.quotas import QuotaMet
from accounts.models import StoreObject
from groups.domain import groups, members
from groups.models import Membership
from posts.files import cleaning, limits, naming, uploading
from posts.models import PART_SIZE, Post, StoredFile
from posts.publishing import deletions
from secureblogs.crypto.files import sealed_size
from secureblogs.http import file_storage
from secureblogs.queries import backup_locks
from tests.answers import Answer
from tests.concurrently import concurrently
from tests.pages import signed_in

JSON = "application/json"
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def root(settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = str(tmp_path / "files")
    # Django makes its storages anew.
    settings.STORAGES = dict(settings.STORAGES)
    return tmp_path / "files"


def stored(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root).name) for path in root.rglob("*") if path.is_file())


def announce(client: Client, **changes: object) -> Answer:
    body = {"uid": str(uuid.uuid4()), "post": str(uuid.uuid4()), "size": 1096} | changes
    return client.post("/files/", json.dumps(body), content_type=JSON)


def put(client: Client, uid: str, number: int, content: bytes) -> Answer:
    return client.put(f"/files/{uid}/parts/{number}", content, content_type="application/octet-stream")


def age(file: StoredFile, **how_much: float) -> None:
    StoredFile.objects.filter(pk=file.pk).update(named_at=timezone.now() - timedelta(**how_much))


def test_where_nothing_was_stored_nothing_is_unknown(db):
    assert cleaning.unnamed() == []


@pytest.mark.django_db(transaction=True)
def test_what_the_database_does_not_know_is_counted_and_goes_when_it_is_asked_for(alice, root, capsys):
    kept, forgotten = alice.upload(uuid.uuid4(), size=PART_SIZE + 9), alice.upload(uuid.uuid4())
    folder = root / forgotten.folder
    (folder / "0.unfinished-0123456789abcdef").touch()
    (root / "lost+found").mkdir()
    StoredFile.objects.filter(pk=forgotten.pk).delete()

    call_command("remove_unnamed_files")
    assert folder.exists()
    with concurrently() as run, transaction.atomic():
        backup_locks.keep_all()
        with pytest.raises(CommandError, match="A backup is being made"):
            run(call_command, "remove_unnamed_files", "--delete").result()
    assert stored(folder) == ["0", "0.unfinished-0123456789abcdef"]
    call_command("remove_unnamed_files", "--delete")

    assert capsys.readouterr().out == (
        "Files that the database does not know: 1. With --delete they go.\n"
        "Files removed that the database does not know: 1.\n"
    )
    assert not folder.exists()
    assert stored(root) == ["0", "1"]
    assert [uploading.part_of(kept, number) for number in range(2)]


def test_a_file_comes_in_parts_in_any_order_and_twice_is_once(alice, group, root):
    client, size = signed_in(alice), 2 * PART_SIZE + 5
    uid, post = str(uuid.uuid4()), str(uuid.uuid4())
    of_file = {"uid": uid, "post": post, "size": size, "group": str(group.uid)}

    assert (announce(client, **of_file).status_code, announce(client, **of_file).status_code) == (201, 200)
    answers = [
        put(client, uid, 2, b"\3" * 5),
        put(client, uid, 0, b"\1" * PART_SIZE),
        put(client, uid, 2, bytes(5)),
    ]
    assert [answer.json()["missing"] for answer in answers] == [[0, 1], [1], [1]]
    # The connection was lost, and the page asks what is there.
    assert client.get(f"/files/{uid}").json() == {"uid": uid, "size": size, "missing": [1]}
    assert client.get(f"/files/{uid}/parts/0").status_code == 404
    assert put(client, uid, 1, b"\2" * PART_SIZE).json()["missing"] == []

    parts = [client.get(f"/files/{uid}/parts/{number}") for number in range(3)]
    assert b"".join(part.content for part in parts) == b"\1" * PART_SIZE + b"\2" * PART_SIZE + b"\3" * 5
    headers = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    assert [parts[0][name] for name in headers] == [
        "application/octet-stream",
        "attachment",
        "nosniff",
        "private, no-store",
    ]
    assert stored(root) == ["0", "1", "2"]


def test_what_is_no_such_part_is_refused_and_nothing_is_stored(alice, root):
    client, size = signed_in(alice), PART_SIZE + 1
    uid = announce(client, size=size).json()["uid"]

    tried = [put(client, uid, 0, b""), put(client, uid, 0, bytes(PART_SIZE - 1)), put(client, uid, 2, b"\0")]
    tried += [put(client, uid, 1, bytes(2)), client.get(f"/files/{uid}/parts/0")]

    assert [answer.status_code for answer in tried] == [422, 422, 422, 422, 404]
    assert stored(root) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("uid", "x"),
        ("uid", None),
        ("post", 1),
        ("size", 0),
        ("size", -1),
        ("size", True),
        ("size", "1096"),
        ("size", 2**53),
        ("size", sealed_size(25 * MIB) + 1),
        ("group", "x"),
    ],
)
def test_what_is_announced_is_checked(alice, member, value):
    answer = announce(signed_in(alice), **{member: value})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, [member])
    assert not StoredFile.objects.exists()


def test_quotas_are_said_in_a_sentence_and_hold(alice, bob, group, settings):
    settings.QUOTA_FILES_OF_PERSON_MIB, settings.QUOTA_FILES_OF_GROUP_MIB = 2, 3
    alices, bobs, in_group = signed_in(alice), signed_in(bob), {"group": str(group.uid)}

    assert announce(alices, size=2 * MIB, **in_group).status_code == 201
    full = announce(alices, size=1)
    of_group = announce(bobs, size=MIB + 1, **in_group)

    assert full.json()["errors"]["__all__"] == [
        "Your space for files is full: you have 2.0\xa0MB. Delete posts with files first."
    ]
    assert of_group.json()["errors"]["__all__"] == [
        "The group's space for files is full: it has 3.0\xa0MB. Delete posts with files first."
    ]
    assert announce(bobs, size=MIB, **in_group).status_code == 201
    # Uploaded for no group, and then published in one that is full.
    post = uuid.uuid4()
    with pytest.raises(QuotaMet):
        naming.name(Post(uid=post, group=group, author=bob.user), revision=1, files=[bob.upload(post).uid])


def test_nobody_uploads_without_end(alice, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UNPUBLISHED", 2)
    alice.upload(uuid.uuid4()), alice.upload(uuid.uuid4())

    assert announce(signed_in(alice)).status_code == 429


def test_a_uid_is_one_file_of_one_person_for_one_post(alice, bob, post):
    file = alice.upload(uuid.uuid4())
    same = {"uid": str(file.uid), "post": str(file.post_uid), "size": file.size}

    assert announce(signed_in(alice), **same).status_code == 200
    for client, changes in (
        (signed_in(bob), {}),
        (signed_in(alice), {"post": str(uuid.uuid4())}),
        (signed_in(alice), {"size": 2}),
    ):
        assert announce(client, **same | changes).status_code == 409
    # Nobody hangs a file on somebody else's post, nor names a group that is not theirs.
    assert announce(signed_in(bob), post=str(post.uid)).status_code == 409
    assert announce(signed_in(bob), group=str(uuid.uuid4())).status_code == 404


def test_only_the_owner_sends_sees_and_takes_back_what_is_not_published(alice, bob, mallory, group):
    post = alice.submit(group)
    file = alice.upload(post.uid)
    address, part = f"/files/{file.uid}", f"/files/{file.uid}/parts/0"
    assert signed_in(alice).get(part).status_code == 200

    for other in (bob, mallory):
        client = signed_in(other)
        tried = [
            client.get(address),
            client.get(part),
            client.delete(address),
            put(client, str(file.uid), 0, b""),
        ]
        assert [answer.status_code for answer in tried] == [404] * 4

    assert signed_in(alice).delete(address).status_code == 200
    assert signed_in(alice).get(address).status_code == 404


def test_who_may_read_the_post_gets_its_files_and_nobody_else(alice, bob, carol, mallory, group):
    members.join(group, user=carol.user)
    early = alice.publish(group, files=1)
    dora = mallory
    members.join(group, user=dora.user)
    part = f"/files/{StoredFile.objects.get().uid}/parts/0"

    found = {each.user.name: signed_in(each).get(part).status_code for each in (alice, bob, carol, dora)}
    assert found == {"Alice": 200, "Bob": 200, "Carol": 200, "Mallory": 404}

    # A later revision does not name it any more: its readers can't have it, its author looks at the earlier one.
    StoredFile.objects.update(revisions=[0])
    assert [signed_in(each).get(part).status_code for each in (alice, bob)] == [200, 404]
    StoredFile.objects.update(revisions=[1])
    members.leave(Membership.objects.get(group=group, user=bob.user))
    assert signed_in(bob).get(part).status_code == 404
    assert signed_in(alice).delete(f"/files/{StoredFile.objects.get().uid}").status_code == 409
    assert early.state == "published"


def test_publishing_names_whole_files_of_its_own_alone(alice, bob, group):
    uid, client = uuid.uuid4(), signed_in(alice)
    mine, other_post, bobs = alice.upload(uid), alice.upload(uuid.uuid4()), bob.upload(uid)
    half, _ = uploading.announce(alice.user, uid=uuid.uuid4(), post=uid, size=9, group=None)
    draft = "AAAA" * 400

    def submit(files: object) -> Answer:
        body = {"uid": str(uid), "title": "Hello", "draft": draft, "files": files}
        return client.post(f"/groups/{group.slug}/posts/", json.dumps(body), content_type=JSON)

    wrong: list[object] = [
        [str(other_post.uid)],
        [str(bobs.uid)],
        [str(half.uid)],
        [str(uuid.uuid4())],
        [str(mine.uid)] * 2,
        ["x"],
        [None],
        str(mine.uid),
        {},
        [str(uuid.uuid4()) for _ in range(201)],
    ]
    for files in wrong:
        answer = submit(files)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["files"]), files
    assert not Post.objects.exists()

    assert submit([str(mine.uid)]).status_code == 201
    mine.refresh_from_db()
    assert (mine.revisions, mine.was_published, mine.group) == ([1], True, group)


def test_what_nothing_names_goes_and_nothing_else(alice, group, root):
    draft, published = uuid.uuid4(), alice.publish(group, files=1)
    StoreObject.objects.create(user=alice.user, name=f"draft/{draft}", generation=1, version=1, sealed=b"")
    in_draft, fresh, old = alice.upload(draft), alice.upload(uuid.uuid4()), alice.upload(uuid.uuid4())
    named = StoredFile.objects.get(post_uid=published.uid)
    removed = alice.upload(published.uid)
    StoredFile.objects.filter(pk=removed.pk).update(was_published=True)
    for file, hours in ((in_draft, 25), (fresh, 23), (old, 25), (named, 9999), (removed, 29 * 24)):
        age(file, hours=hours)

    cleaning.clear()
    assert set(StoredFile.objects.all()) == {in_draft, fresh, named, removed}
    age(removed, days=31)
    StoreObject.objects.all().delete()
    age(in_draft, days=2)
    cleaning.clear()

    assert set(StoredFile.objects.all()) == {fresh, named}
    assert len(stored(root)) == 2
    assert {path.name for path in root.glob("*/*")} == {str(fresh.uid), str(named.uid)}


@pytest.mark.parametrize("ends", ["post", "group", "account"])
def test_files_go_with_what_they_belong_to(alice, bob, group, root, ends):
    post = bob.publish(group, files=2)
    assert len(stored(root)) == 2

    if ends == "post":
        deletions.delete(post)
    elif ends == "group":
        while groups.end(group):
            pass
    else:
        while users.end(bob.user):
            pass
    assert not StoredFile.objects.readable_by(alice.user).exists()
    cleaning.clear()

    assert (stored(root), StoredFile.objects.count()) == ([], 0)


def test_a_part_that_arrives_after_its_file_went_stays_nowhere(alice, root):
    file, _ = uploading.announce(alice.user, uid=uuid.uuid4(), post=uuid.uuid4(), size=9, group=None)
    uploading.drop(file)
    cleaning.clear()

    with pytest.raises(Gone):
        uploading.take_part(file, 0, bytes(9))
    assert stored(root) == []


class Torn(ContentFile[bytes]):
    """A part whose process is killed in the middle."""

    def chunks(self, chunk_size=None):
        yield b"half"
        raise SystemExit


def test_a_part_that_is_sent_again_and_torn_stays_whole(alice, root):
    file = alice.upload(uuid.uuid4())
    storage, name = file_storage.files(), file.name_of_part(0)

    with pytest.raises(SystemExit):
        storage.save(name, Torn(b""))

    assert uploading.part_of(file, 0) == bytes(file.size)
    uploading.drop(file)
    cleaning.clear()
    assert not (root / file.folder).exists()


def test_a_file_that_can_not_be_deleted_holds_no_other_up_and_is_tried_again(alice, root, caplog):
    older, newer = alice.upload(uuid.uuid4()), alice.upload(uuid.uuid4())
    for file in (older, newer):
        uploading.drop(file)
    # As NFS leaves one for as long as somebody reads what was deleted.
    left = root / newer.folder / ".nfs0001"
    left.touch()

    cleaning.clear()

    assert list(StoredFile.objects.all()) == [newer]
    assert [record.getMessage() for record in caplog.records] == [
        f"{root / newer.folder} can't be deleted, and is tried again: Directory not empty"
    ]
    left.unlink()
    cleaning.clear()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_while_a_backup_copies(alice, root):
    def clear() -> None:
        cleaning.clear()
        connections.close_all()

    uploading.drop(alice.upload(uuid.uuid4()))
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            backup_locks.keep_all()
            other.submit(clear).result()
            assert len(stored(root)) == 1
        other.submit(clear).result()

    assert stored(root) == []


def test_the_administration_says_what_is_used(alice):
    alice.upload(uuid.uuid4())

    alice.user.is_staff = alice.user.is_superuser = True
    alice.user.save()
    page = signed_in(alice).get("/admin/posts/storedfile/").content.decode()

    assert re.search(r"1\.1\xa0KB are used by all files, \d+\.\d\xa0[MGTP]B are left on the disk\.", page)


def test_another_storage_is_a_setting(alice, bob, group, settings, root):
    storage = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "files": storage}
    post = alice.publish(group, files=1)
    file = StoredFile.objects.get(post_uid=post.uid)

    part = signed_in(bob).get(f"/files/{file.uid}/parts/0")

    assert (part.status_code, len(part.content)) == (200, file.size)
    assert stored(root) == []
    deletions.delete(post)
    cleaning.clear()
    assert not file_storage.files().exists(file.name_of_part(0))
