"""Other clients get an envelope to open a post with."""

import base64

import pytest
from django.utils import timezone

from accounts.domain import keys
from accounts.models import PublicKey
from groups.domain import members
from posts.models import Failure, Post, PostKey, Revision, State
from tests.account import Account
from tests.cast import Person
from tests.pages import signed_in


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
        "v": 2,
        "post": str(post.uid),
        "group": str(group.uid),
        "author": str(post.author.uid),
        "revision": 1,
        "state": "published",
        "title": "Hello",
        "nonce": b64(post.current.nonce),
        "ciphertext": b64(post.current.ciphertext),
        "key_commitment": b64(post.current.key_commitment),
        "wrapped_keys": wrapped_keys(bob.user.public_keys.get()),
        "author_keys": [],
    }


def test_the_chain_of_its_author_comes_along(alice, bob, group):
    account = Account(alice.user)
    account.make("Laptop")
    account.replace("Laptop")
    post = alice.publish(group, account_key=account.newest)

    shown = signed_in(bob).get(f"/people/{alice.user.uid}/keys.json").json()["chain"]

    assert [link["generation"] for link in shown] == [1, 2]
    assert get(bob, post).json()["author_keys"] == shown


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


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_of_a_post_that_is_not_sealed_the_author_gets_the_state(alice, group, state):
    post = alice.submit(group)
    Revision.objects.update(state=state, failure=Failure.DOES_NOT_OPEN if state == State.FAILED else "")

    response = get(alice, post)

    assert (response.status_code, response.json()) == (409, {"state": state})


def test_while_others_still_wait_a_member_has_their_wrapped_key(bob, post):
    Revision.objects.update(state=State.ENCRYPTING, published_at=None)

    response = get(bob, post)

    assert response.status_code == 200
    assert response.json()["state"] == "encrypting"
    assert response.json()["wrapped_keys"] == wrapped_keys(bob.user.public_keys.get())


def test_nobody_else_learns_of_a_post_that_is_queued(alice, bob, group):
    post = alice.submit(group)
    assert get(alice, post).status_code == 409

    assert get(bob, post).status_code == 404
