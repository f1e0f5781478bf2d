"""/keys/: what is lost with a key, and revoking one."""

import re

import pytest

from accounts.domain import keys
from accounts.models import PublicKey
from posts.models import PostKey
from posts.sealing import key_counts as keys_of_posts
from tests.cast import Person
from tests.posts.keys import KEYS

ENDED = "A revoked key can't be added again."


def dialogs(page: str) -> list[str]:
    texts = re.findall(r'<p class="dialog__text"[^>]*>(.*?)</p>', page, re.DOTALL)
    return [" ".join(text.replace("&#x27;", "'").split()) for text in texts]


def counts(person: Person) -> dict[str, tuple[int, int]]:
    """By label: how many posts the key opens, and how many it alone does."""
    return {key.label: (key.opens, key.alone) for key in keys_of_posts.of(person.user)}


def test_a_key_that_alone_opens_posts_says_how_many_are_lost(alice, browser, group):
    alice.publish(group)
    alice.publish(group)

    assert dialogs(browser.get(KEYS).content.decode()) == [
        "You will no longer be able to read 2 posts, which no other key of yours opens. It is your only key: "
        "nothing can be encrypted for you until you make another one. " + ENDED
    ]


def test_what_another_key_opens_is_not_lost(alice, browser, group):
    alice.publish(group)
    alice.add_key("Phone")
    alice.publish(group)

    assert dialogs(browser.get(KEYS).content.decode()) == [
        f"No post is lost to you: another key of yours opens all that this one does. {ENDED}",
        f"You will no longer be able to read 1 post, which no other key of yours opens. {ENDED}",
    ]


def test_a_revoked_or_unusable_key_opens_nothing_in_the_place_of_another(alice, group):
    phone = alice.add_key("Phone")
    alice.publish(group)
    assert counts(alice) == {"Laptop": (1, 0), "Phone": (1, 0)}

    keys.mark_unusable(phone.pk)

    assert counts(alice)["Laptop"] == (1, 1)


def test_a_key_without_posts_loses_nothing(browser):
    assert dialogs(browser.get(KEYS).content.decode())[0].startswith(
        "No post is lost to you: none is encrypted for this key."
    )


def test_another_s_posts_and_keys_do_not_count(alice, bob, post):
    assert counts(bob) == {"Laptop": (1, 1)}


def revoke_address(public_key: PublicKey) -> str:
    return f"/keys/{public_key.fingerprint}/revoke/"


def test_revoking_ends_the_key_and_deletes_what_was_wrapped_for_it(alice, browser, post):
    public_key = alice.user.public_keys.get()
    assert PostKey.objects.filter(public_key=public_key).count() == 1

    response = browser.post(revoke_address(public_key), follow=True)

    assert response.redirect_chain == [("/keys/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "The key is revoked. Nothing is encrypted for it any more."
    ]
    public_key.refresh_from_db()
    assert not public_key.is_active
    assert not PostKey.objects.filter(public_key=public_key).exists()
    assert browser.post(revoke_address(public_key)).status_code == 302


@pytest.mark.parametrize("fingerprint", ["0" * 64, "nonsense", "%00"])
def test_a_key_that_does_not_exist_is_not_found(browser, fingerprint):
    assert browser.post(f"/keys/{fingerprint}/revoke/").status_code == 404
