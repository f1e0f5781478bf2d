"""Publishing by the JSON call, which the page itself uses as well."""

import base64
import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from groups.domain import groups, members
from groups.models import Group, Membership
from posts.models import Failure, Post, Revision, SealedDraft, State
from posts.publishing import deletions, posts
from posts.sealing import sealing_keys
from secureblogs.crypto.documents import MAX_BODY, Document
from secureblogs.crypto.frames import MAX_FRAME, Frame
from secureblogs.workers import keys
from tests.account import Account
from tests.cast import Person, sealed_draft
from tests.concurrently import meanwhile
from tests.frames import padded
from tests.pages import signed_in
from tests.secureblogs.crypto.vectors import load

UID = uuid.UUID("6f1c2d3e-4a5b-4c6d-8e7f-901234567890")
CONTROL = "It holds control characters, or ones that turn the direction of the text. Remove them."
TOO_LONG = "The text is too long: 1 MiB is the most."
REQUIRED = ["This field is required."]
# The last letter says more than the bytes.
STRAY_BITS = base64.b64encode(b"x" * 1201).decode().replace("eA==", "eB==")


def body_of(
    person: Person, group: Group, *, uid: uuid.UUID = UID, title="Hello", body="World"
) -> dict[str, object]:
    draft = sealed_draft(person.user, group, uid=uid, title=title, body=body)
    return {"uid": str(uid), "title": title, "draft": base64.b64encode(draft).decode()}


def send(client: Client, group: Group | str, body: object, **headers: str):
    slug = group if isinstance(group, str) else group.slug
    return client.post(f"/groups/{slug}/posts/", body, content_type="application/json", headers=headers)


def sealed_json(person: Person, group: Group, document: object) -> str:
    """Anything at all, sealed in the place of a draft."""
    place = Revision(post=Post(uid=UID, group=group, author=person.user))
    frame = Frame(json.dumps(document).encode())
    sealed = sealing_keys.seal(padded(frame), context=place.contexts.draft)
    return base64.b64encode(sealed).decode()


def refusal(response) -> tuple[int, dict[str, list[str]]]:
    return response.status_code, response.json()["errors"]


def nothing_is_stored() -> bool:
    return not Post.objects.exists() and not SealedDraft.objects.exists()


@pytest.fixture
def client(bob: Person) -> Client:
    """Bob's."""
    return signed_in(bob)


def test_a_draft_is_accepted_and_the_answer_names_the_post(client, bob, group):
    response = send(client, group, body_of(bob, group))

    assert response.status_code == 201
    assert response["Location"] == f"/posts/{UID}/"
    assert response.json() == {"uid": str(UID), "address": f"/posts/{UID}/", "state": "queued"}
    stored = Post.objects.values_list("uid", "current__title", "group", "author", "current__state").get()
    assert stored == (UID, "Hello", group.pk, bob.user.pk, State.QUEUED)


def test_who_names_a_key_that_was_replaced_is_told_so_and_nothing_is_stored(client, bob, group):
    account = Account(bob.user)
    account.make("Laptop")
    older = account.newest
    account.replace("Laptop")
    body = body_of(bob, group)

    refused = send(client, group, body | {"account_key": older.fingerprint.hex()})

    assert refusal(refused) == (
        409,
        {"account_key": ["Your key was replaced, so this has to be signed again."]},
    )
    assert nothing_is_stored()
    assert send(client, group, body | {"account_key": account.newest.fingerprint.hex()}).status_code == 201


def test_a_draft_sent_twice_is_one_post(client, bob, group):
    send(client, group, body_of(bob, group))
    posts.encrypt(Post.objects.get().current.pk)

    response = send(client, group, body_of(bob, group))

    assert response.status_code == 200
    assert response["Location"] == f"/posts/{UID}/"
    assert response.json() == {"uid": str(UID), "address": f"/posts/{UID}/", "state": "published"}
    assert Post.objects.count() == 1
    assert not SealedDraft.objects.exists()


def test_who_has_too_many_posts_on_their_way_is_told_to_wait(monkeypatch, client, bob, group):
    monkeypatch.setattr(posts, "MOST_UNFINISHED", 1)
    send(client, group, body_of(bob, group))

    response = send(client, group, body_of(bob, group, uid=uuid.uuid4()))
    again = send(client, group, body_of(bob, group))

    wait = "1 post of yours is still being encrypted. Wait until it is done, then try again."
    assert refusal(response) == (429, {"__all__": [wait]})
    assert again.status_code == 200
    assert Post.objects.count() == 1


def test_a_uid_of_somebody_elses_post_is_a_conflict(client, alice, bob, group, post):
    response = send(client, group, body_of(bob, group, uid=post.uid))

    assert refusal(response) == (409, {"uid": ["There is another post with this uid."]})
    assert alice.reads(Post.objects.get()) == Document("Hello", "World")


def test_a_post_that_was_deleted_does_not_come_back_when_it_is_sent_again(client, bob, group):
    body = body_of(bob, group)
    send(client, group, body)
    deletions.delete(Post.objects.get())

    response = send(client, group, body)

    words = (
        "This post arrived before, and was deleted since. Press 'Publish' once more to make it a new post."
    )
    assert (response.status_code, response.json()) == (409, {"errors": {"__all__": [words]}, "deleted": True})
    assert nothing_is_stored()


def test_a_uid_of_ones_own_post_in_another_group_is_a_conflict(client, bob, group):
    other = groups.create("Readers", owner=bob.user)
    send(client, group, body_of(bob, group))

    response = send(client, other, body_of(bob, other))

    assert response.status_code == 409
    assert [post.group for post in Post.objects.all()] == [group]


@pytest.mark.parametrize(
    ("member", "value", "sentences"),
    [
        ("uid", None, REQUIRED),
        ("uid", "", REQUIRED),
        ("uid", 7, ["This must be a string."]),
        ("uid", "not-a-uuid", ["This must be a UUID."]),
        ("uid", "{6f1c2d3e-4a5b-4c6d-8e7f-901234567890}", ["This must be a UUID."]),
        ("uid", "6f1c2d3e4a5b4c6d8e7f901234567890", ["This must be a UUID."]),
        ("uid", "6f1c2d3e-4a5b-4c6d-8e7f-90123456789\n", ["This must be a UUID."]),
        ("title", None, REQUIRED),
        ("title", "", REQUIRED),
        ("title", "   ", ["Write something that can be seen."]),
        ("title", "\u200b\u200d", ["This field is required."]),
        ("title", "\u0301", ["Write something that can be seen."]),
        ("title", 7, ["This must be a string."]),
        ("title", ["Hello"], ["This must be a string."]),
        ("title", True, ["This must be a string."]),
        ("title", "x" * 101, ["Ensure this value has at most 100 characters (it has 101)."]),
        ("title", "one\ntwo", ["Keep it to one line, without tabs."]),
        ("title", "a\x07b", [CONTROL]),
        ("title", "a\x00b", [CONTROL, "Null characters are not allowed."]),
        ("title", "a\ud800b", ["This holds half a character."]),
        ("draft", None, REQUIRED),
        ("draft", 7, ["This must be a string."]),
        ("draft", "!" * 2000, ["This must be standard base64."]),
        ("draft", base64.urlsafe_b64encode(b"\xff" * 3000).decode(), ["This must be standard base64."]),
        ("draft", base64.b64encode(b"x" * 1200).decode() + "\n", ["This must be standard base64."]),
        ("draft", STRAY_BITS, ["This must be standard base64."]),
        ("draft", base64.b64encode(b"x" * 1136).decode(), ["This is too short to be a sealed document."]),
        ("draft", base64.b64encode(b"x" * (1137 + MAX_FRAME)).decode(), [TOO_LONG]),
    ],
)
def test_what_is_malformed_is_named(client, bob, group, member, value, sentences):
    response = send(client, group, body_of(bob, group) | {member: value})

    assert refusal(response) == (422, {member: sentences})
    assert nothing_is_stored()


def test_everything_that_is_missing_is_named(client, group):
    response = send(client, group, {})

    assert refusal(response) == (422, {"uid": REQUIRED, "title": REQUIRED, "draft": REQUIRED})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[1]", b'"text"', b"null", b"[" * 10_000, b"9" * 10_000, b'{"uid": NaN'],
)
def test_what_is_no_json_object_is_refused(client, group, body):
    response = send(client, group, body)

    assert refusal(response) == (422, {"__all__": ["Send a JSON object, as application/json."]})


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"],
)
def test_a_body_of_another_type_is_refused(client, bob, group, content_type):
    body = json.dumps(body_of(bob, group))

    response = client.post(f"/groups/{group.slug}/posts/", body, content_type=content_type)

    assert refusal(response) == (422, {"__all__": ["Send a JSON object, as application/json."]})


def test_a_body_beyond_every_limit_is_refused_unread(client, group):
    response = send(client, group, b" " * (9 * 1024 * 1024 + 1))

    assert refusal(response) == (413, {"__all__": [TOO_LONG]})


def test_a_title_is_kept_exactly_as_it_was_sealed(client, alice, bob, group):
    title = "  <b>Walks</b> & 山路 \U0001f469\u200d\U0001f33e "
    send(client, group, body_of(bob, group, title=title))

    posts.encrypt(Post.objects.get().current.pk)

    assert Post.objects.get().title == title
    assert alice.reads(Post.objects.get()) == Document(title, "World")


def test_what_nobody_sees_in_a_title_is_left_out_of_it(client, alice, bob, group):
    title = "\u2067Walks\u2069\u2028in\u200b May\U000e0041"
    assert send(client, group, body_of(bob, group, title=title)).status_code == 201

    posts.encrypt(Post.objects.get().current.pk)

    published = Post.objects.get()
    assert (published.title, published.state) == ("Walks in May", State.PUBLISHED)
    assert alice.reads(published) == Document(title, "World")


def test_a_hundred_characters_outside_the_basic_plane_are_a_title(client, bob, group):
    assert send(client, group, body_of(bob, group, title="\U0001f97e" * 100)).status_code == 201


@pytest.mark.parametrize(
    "body", ["x" * MAX_BODY, "山" * (MAX_BODY // 3), "\x01" * MAX_BODY], ids=["ascii", "chinese", "worst"]
)
def test_a_whole_mebibyte_is_accepted_and_opened(client, alice, bob, group, body):
    response = send(client, group, body_of(bob, group, body=body))
    posts.encrypt(Post.objects.get().current.pk)

    assert response.status_code == 201
    assert alice.reads(Post.objects.get()) == Document("Hello", body)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"body": "x" * (MAX_BODY + 1)}, Failure.NOT_A_DOCUMENT),
        ({"title": "Goodbye"}, Failure.TITLE_DIFFERS),
    ],
    ids=["a byte more than a mebibyte", "another title inside than outside"],
)
def test_what_no_worker_may_publish_fails_with_its_reason(client, bob, group, changes, failure):
    document = {"v": 2, "format": "markdown", "title": "Hello", "body": "World"} | changes
    send(client, group, body_of(bob, group) | {"draft": sealed_json(bob, group, document)})

    posts.encrypt(Post.objects.get().current.pk)

    assert Revision.objects.values_list("state", "failure").get() == (State.FAILED, failure)


@pytest.mark.django_db(transaction=True)
def test_who_is_removed_while_they_send_finds_nothing_to_post_to(client, bob, group):
    body = body_of(bob, group)

    sent = meanwhile(
        lambda: members.leave(Membership.objects.get(group=group, user=bob.user)),
        lambda: send(client, group, body),
    )

    assert sent.result().status_code == 404
    assert nothing_is_stored()


def test_nobody_posts_in_a_locked_group(client, bob, group):
    Group.objects.update(locked_at=timezone.now())

    response = send(client, group, body_of(bob, group))

    assert refusal(response) == (422, {"__all__": ["This group is locked: nobody can post in it now."]})
    assert nothing_is_stored()


def test_the_sealing_key_is_public_and_drafts_to_it_open(bob, group, settings):
    response = Client().get("/sealing-key.json")

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.json() == {
        "algorithm": "x-wing",
        "public_key": f"{settings.SEALING_PUBLIC_KEY.strip()}\n",
        "fingerprint": keys.public_key().fingerprint.hex(),
    }


RSA_PEM = load("python-made")["public_keys"]["carol"]


@pytest.mark.parametrize("pem", ["", "none", RSA_PEM], ids=["unset", "no key", "an RSA key"])
def test_without_a_valid_sealing_key_the_page_to_write_on_opens_and_programs_are_told_why(
    client, group, settings, pem
):
    settings.SEALING_PUBLIC_KEY = pem
    keys.public_key.cache_clear()

    response = client.get("/sealing-key.json")

    keys.public_key.cache_clear()
    unset = "Nothing can be published here now: the site's administrators have to set a valid sealing key."
    assert refusal(response) == (503, {"__all__": [unset]})
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(f"/groups/{group.slug}/posts/new/").status_code == 200
