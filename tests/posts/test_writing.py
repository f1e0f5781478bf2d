"""Publishing by the JSON call, which the page itself uses as well."""

import base64
import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from groups.domain import groups, members
from groups.models import Group, Membership
from posts.domain import places, publishing, sealing_keys
from posts.models import Failure, Post, SealedDraft, State
from secureblogs.crypto.documents import MAX_BODY, MAX_DOCUMENT, Document
from tests.cast import Person, sealed_draft
from tests.posts.pages import signed_in

UID = uuid.UUID("6f1c2d3e-4a5b-4c6d-8e7f-901234567890")
REQUIRED = ["This field is required."]


def body_of(
    person: Person,
    group: Group,
    *,
    uid: uuid.UUID = UID,
    title="Hello",
    body="World",
    sealed_title: str | None = None,
) -> dict[str, object]:
    draft = sealed_draft(person.user, group, uid=uid, title=sealed_title or title, body=body)
    return {"uid": str(uid), "title": title, "draft": base64.b64encode(draft).decode()}


def send(client: Client, group: Group | str, body: object, **headers: str):
    slug = group if isinstance(group, str) else group.slug
    return client.post(f"/groups/{slug}/posts/", body, content_type="application/json", headers=headers)


def sealed_json(person: Person, group: Group, document: object) -> str:
    """Anything at all, sealed in the place of a draft."""
    place = Post(uid=UID, group=group, author=person.user, revision=1)
    return base64.b64encode(
        sealing_keys.seal(json.dumps(document).encode(), context=places.draft(place))
    ).decode()


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
    post = Post.objects.get()
    assert (post.uid, post.title, post.group, post.author, post.state) == (
        UID,
        "Hello",
        group,
        bob.user,
        State.QUEUED,
    )


def test_what_was_accepted_is_encrypted_and_opened(client, alice, bob, group):
    send(client, group, body_of(bob, group))

    publishing.encrypt(Post.objects.get().pk)

    assert alice.reads(Post.objects.get()) == Document("Hello", "World")


def test_a_draft_sent_twice_is_one_post(client, bob, group):
    send(client, group, body_of(bob, group))
    publishing.encrypt(Post.objects.get().pk)

    response = send(client, group, body_of(bob, group))

    assert response.status_code == 200
    assert response["Location"] == f"/posts/{UID}/"
    assert response.json() == {"uid": str(UID), "address": f"/posts/{UID}/", "state": "published"}
    assert Post.objects.count() == 1
    assert not SealedDraft.objects.exists()


def test_a_uid_of_somebody_elses_post_is_a_conflict(client, alice, bob, group, post):
    response = send(client, group, body_of(bob, group, uid=post.uid))

    assert response.status_code == 409
    assert response.json() == {"errors": {"__all__": ["There is another post with this uid."]}}
    assert alice.reads(Post.objects.get()) == Document("Hello", "World")


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
        ("title", "\u200b\u200d", ["Write something that can be seen."]),
        ("title", 7, ["This must be a string."]),
        ("title", ["Hello"], ["This must be a string."]),
        ("title", True, ["This must be a string."]),
        ("title", "x" * 101, ["Ensure this value has at most 100 characters (it has 101)."]),
        ("title", "one\ntwo", ["Keep it to one line, without tabs."]),
        (
            "title",
            "a\x07b",
            ["It holds control characters, or ones that turn the direction of the text. Remove them."],
        ),
        (
            "title",
            "a\x00b",
            [
                "It holds control characters, or ones that turn the direction of the text. Remove them.",
                "Null characters are not allowed.",
            ],
        ),
        ("title", "a\ud800b", ["This holds half a character."]),
        ("draft", None, REQUIRED),
        ("draft", 7, ["This must be a string."]),
        ("draft", "!" * 2000, ["This must be standard base64."]),
        ("draft", base64.urlsafe_b64encode(b"\xff" * 3000).decode(), ["This must be standard base64."]),
        ("draft", base64.b64encode(b"x" * 1200).decode() + "\n", ["This must be standard base64."]),
        ("draft", base64.b64encode(b"x" * 1136).decode(), ["This is too short to be a sealed document."]),
        (
            "draft",
            base64.b64encode(b"x" * (1137 + MAX_DOCUMENT)).decode(),
            ["The text is too long: 1 MiB is the most."],
        ),
    ],
)
def test_what_is_malformed_is_named(client, bob, group, member, value, sentences):
    response = send(client, group, body_of(bob, group) | {member: value})

    assert response.status_code == 422
    assert response.json() == {"errors": {member: sentences}}
    assert nothing_is_stored()


def test_everything_that_is_missing_is_named(client, group):
    response = send(client, group, {})

    assert response.status_code == 422
    assert response.json() == {"errors": {"uid": REQUIRED, "title": REQUIRED, "draft": REQUIRED}}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[1]", b'"text"', b"null", b"[" * 100_000, b"9" * 10_000, b'{"uid": NaN'],
)
def test_what_is_no_json_object_is_refused(client, group, body):
    response = send(client, group, body)

    assert response.status_code == 422
    assert response.json() == {"errors": {"__all__": ["Send a JSON object, as application/json."]}}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"],
)
def test_a_body_of_another_type_is_refused(client, bob, group, content_type):
    body = json.dumps(body_of(bob, group))

    response = client.post(f"/groups/{group.slug}/posts/", body, content_type=content_type)

    assert response.status_code == 422
    assert response.json() == {"errors": {"__all__": ["Send a JSON object, as application/json."]}}


def test_a_body_beyond_every_limit_is_refused_unread(client, group):
    response = send(client, group, b" " * (9 * 1024 * 1024 + 1))

    assert response.status_code == 413
    assert response.json() == {"errors": {"__all__": ["The text is too long: 1 MiB is the most."]}}


def test_a_title_is_kept_exactly_as_it_was_sealed(client, alice, bob, group):
    title = "  <b>Walks</b> & 山路 \U0001f97e\u200d "
    send(client, group, body_of(bob, group, title=title))

    publishing.encrypt(Post.objects.get().pk)

    assert Post.objects.get().title == title
    assert alice.reads(Post.objects.get()) == Document(title, "World")


def test_a_hundred_characters_outside_the_basic_plane_are_a_title(client, bob, group):
    assert send(client, group, body_of(bob, group, title="\U0001f97e" * 100)).status_code == 201


@pytest.mark.parametrize(
    "body", ["x" * MAX_BODY, "山" * (MAX_BODY // 3), "\x01" * MAX_BODY], ids=["ascii", "chinese", "worst"]
)
def test_a_whole_mebibyte_is_accepted_and_opened(client, alice, bob, group, body):
    response = send(client, group, body_of(bob, group, body=body))
    publishing.encrypt(Post.objects.get().pk)

    assert response.status_code == 201
    assert alice.reads(Post.objects.get()) == Document("Hello", body)


def test_a_byte_more_than_a_mebibyte_fails_with_its_reason(client, bob, group):
    document = {"v": 1, "format": "markdown", "title": "Hello", "body": "x" * (MAX_BODY + 1)}
    send(client, group, body_of(bob, group) | {"draft": sealed_json(bob, group, document)})

    publishing.encrypt(Post.objects.get().pk)

    post = Post.objects.get()
    assert (post.state, post.failure) == (State.FAILED, Failure.NOT_A_DOCUMENT)


def test_another_title_inside_than_outside_fails_with_its_reason(client, bob, group):
    send(client, group, body_of(bob, group, sealed_title="Goodbye"))

    publishing.encrypt(Post.objects.get().pk)

    post = Post.objects.get()
    assert (post.state, post.failure) == (State.FAILED, Failure.TITLE_DIFFERS)


def test_a_draft_sealed_for_another_group_fails_with_its_reason(client, bob, group):
    other = groups.create("Readers", owner=bob.user)
    send(client, group, body_of(bob, other))

    publishing.encrypt(Post.objects.get().pk)

    post = Post.objects.get()
    assert (post.state, post.failure) == (State.FAILED, Failure.DOES_NOT_OPEN)


def test_an_outsider_finds_nothing_to_post_to(client, bob, mallory, group):
    outsider = signed_in(mallory)
    assert send(client, group, body_of(bob, group)).status_code == 201

    answers = [send(outsider, slug, body_of(mallory, group)) for slug in (group.slug, "no-such-group")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert [post.author for post in Post.objects.all()] == [bob.user]


def test_who_left_can_no_longer_post(client, bob, group):
    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert send(client, group, body_of(bob, group)).status_code == 404
    assert nothing_is_stored()


def test_nobody_posts_in_a_locked_group(client, bob, group):
    Group.objects.update(locked_at=timezone.now())

    response = send(client, group, body_of(bob, group))

    assert response.status_code == 422
    assert response.json() == {"errors": {"__all__": ["This group is locked: nobody can post in it now."]}}
    assert nothing_is_stored()


@pytest.mark.parametrize("slug", ["walkers", "no-such-group"])
def test_signed_out_it_is_401_with_or_without_a_token(bob, group, slug):
    for client in (Client(), Client(enforce_csrf_checks=True)):
        response = send(client, slug, body_of(bob, group))

        assert response.status_code == 401
        assert response.json() == {"errors": {"__all__": ["Log in first."]}}
    assert nothing_is_stored()


def test_a_token_is_demanded(bob, group):
    client = signed_in(bob, enforce_csrf_checks=True)
    assert send(client, group, body_of(bob, group)).status_code == 403
    assert nothing_is_stored()

    client.get(f"/groups/{group.slug}/posts/new/")
    token = client.cookies["csrftoken"].value

    assert send(client, group, body_of(bob, group), x_csrftoken=token).status_code == 201


def test_only_post_is_answered(client, group):
    assert client.get(f"/groups/{group.slug}/posts/").status_code == 405
    assert Client().get(f"/groups/{group.slug}/posts/").status_code == 401


def test_the_sealing_key_is_public_and_drafts_to_it_open(bob, group, settings):
    response = Client().get("/sealing-key.json")

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.json() == {
        "algorithm": "x-wing",
        "public_key": settings.SEALING_PUBLIC_KEY,
        "fingerprint": sealing_keys.public_key().fingerprint.hex(),
    }
