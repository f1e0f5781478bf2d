"""What other clients get to open a post with."""

import base64
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from accounts.models import PublicKey
from groups.domain import members
from groups.models import Group, Membership
from posts.models import Failure, Post, PostKey, State
from secureblogs.crypto.documents import Document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from tests.cast import Person
from tests.posts.pages import signed_in

NOTHING_HERE = {
    "errors": {"__all__": ["There is nothing here for you. Perhaps you are no longer a member of the group."]}
}


def get(person: Person, post: Post):
    return signed_in(person).get(f"/posts/{post.uid}/envelope.json")


def b64(value: bytes | memoryview | None) -> str:
    assert value is not None
    return base64.b64encode(value).decode()


def wrapped_keys(*public_keys: PublicKey) -> list[dict[str, str]]:
    return [
        {
            "fingerprint": key.fingerprint,
            "algorithm": key.algorithm,
            "wrapped_key": b64(PostKey.objects.get(public_key=key).wrapped_key),
        }
        for key in public_keys
    ]


def test_a_member_gets_the_content_and_their_own_wrapped_key(bob, group, post):
    response = get(bob, post)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "v": 1,
        "post": str(post.uid),
        "group": str(group.uid),
        "author": str(post.author.uid),
        "revision": 1,
        "state": "published",
        "title": "Hello",
        "nonce": b64(post.nonce),
        "ciphertext": b64(post.ciphertext),
        "key_commitment": b64(post.key_commitment),
        "wrapped_keys": wrapped_keys(bob.user.public_keys.get()),
    }


def test_the_envelope_opens_with_the_readers_private_key(bob, post):
    (private_key,) = bob.private_keys.values()

    assert open_envelope(read_envelope(get(bob, post).content), private_key) == Document("Hello", "World")


def test_every_active_key_of_the_reader_has_its_wrapped_key(alice, bob, group):
    second = bob.add_key("Phone")
    post = alice.publish(group)

    first = bob.user.public_keys.exclude(pk=second.pk).get()
    assert get(bob, post).json()["wrapped_keys"] == wrapped_keys(first, second)


def test_a_revoked_key_has_no_wrapped_key(bob, post):
    assert len(get(bob, post).json()["wrapped_keys"]) == 1

    keys.revoke(bob.user.public_keys.get())

    response = get(bob, post)
    assert response.status_code == 200
    assert response.json()["wrapped_keys"] == []


def test_an_inactive_key_is_left_out_even_while_its_wrapped_key_is_there(bob, post):
    bob.user.public_keys.update(unusable_at=timezone.now())
    assert PostKey.objects.filter(public_key__user=bob.user).exists()

    assert get(bob, post).json()["wrapped_keys"] == []


def test_who_joined_later_gets_the_envelope_without_a_wrapped_key(carol, group, post):
    members.join(group, user=carol.user)

    response = get(carol, post)

    assert response.status_code == 200
    assert response.json()["wrapped_keys"] == []
    assert response.json()["title"] == "Hello"


def test_until_it_is_sealed_the_author_gets_the_state(alice, group):
    post = alice.submit(group)

    response = get(alice, post)

    assert response.status_code == 409
    assert response.json() == {"state": "queued"}


def test_a_post_that_failed_before_it_was_sealed_is_its_state(alice, group):
    post = alice.submit(group)
    Post.objects.update(state=State.FAILED, failure=Failure.DOES_NOT_OPEN)

    response = get(alice, post)

    assert response.status_code == 409
    assert response.json() == {"state": "failed"}


def test_while_others_still_wait_a_member_has_their_wrapped_key(bob, post):
    Post.objects.update(state=State.ENCRYPTING, published_at=None)

    response = get(bob, post)

    assert response.status_code == 200
    assert response.json()["state"] == "encrypting"
    assert response.json()["wrapped_keys"] == wrapped_keys(bob.user.public_keys.get())


def test_nobody_else_learns_of_a_post_that_is_queued(alice, bob, group):
    post = alice.submit(group)
    assert get(alice, post).status_code == 409

    assert get(bob, post).status_code == 404


def test_an_outsider_gets_the_same_404_as_for_nothing(bob, mallory, post):
    assert get(bob, post).status_code == 200

    answers = [get(mallory, post), get(mallory, Post(uid=uuid.uuid4()))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [answer.json() for answer in answers] == [NOTHING_HERE, NOTHING_HERE]


def test_a_removed_member_gets_nothing(bob, group, post):
    assert get(bob, post).status_code == 200

    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert get(bob, post).status_code == 404


def test_an_open_group_shows_its_envelopes_to_members_only(bob, mallory, post):
    Group.objects.update(joining="anyone")
    assert get(bob, post).status_code == 200

    assert get(mallory, post).status_code == 404


def test_signed_out_it_is_401_whether_it_exists_or_not(post):
    for uid in (post.uid, uuid.uuid4()):
        response = Client().get(f"/posts/{uid}/envelope.json")

        assert response.status_code == 401
        assert response.json() == {"errors": {"__all__": ["Log in first."]}}


def test_it_is_never_kept_by_a_cache(bob, post):
    assert get(bob, post)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(bob, post, method):
    assert getattr(signed_in(bob), method)(f"/posts/{post.uid}/envelope.json").status_code == 405
