"""What did not open when it was moved is listed, for its owner, until something else opens the post."""

import pytest

from posts.models import LostKey, Post, PostKey
from posts.requests import answering, asking
from tests.accounts.keys.http import post as send
from tests.pages import signed_in
from tests.posts.lift.test_lifting import LIFT, moved_nothing

TOLD = "post can't be opened: ask again"
LIST_OF_LOST = "data-lost="
IN_LIST = "What was encrypted for you can't be opened any more."


@pytest.fixture
def lost(bobs, post: Post, browser) -> Post:
    """A post of Alice's, of which Bob's browser said that it did not open."""
    bobs.replace()
    (wrap,) = browser.get(LIFT).json()["wraps"]
    failed = [{name: wrap[name] for name in ("post", "revision", "fingerprint")}]
    assert send(browser, LIFT, {**moved_nothing(bobs), "failed": failed}).json() == {"done": 1, "total": 1}
    return post


def pages(browser, post):
    """Whether the page of keys, the list of the group and the post's own page speak of it."""
    return [
        words in browser.get(address).content.decode()
        for address, words in (
            ("/keys/", f'<a href="/posts/{post.uid}/"'),
            (f"/groups/{post.group.slug}/", IN_LIST),
            (f"/posts/{post.uid}/", "did not open when your key was replaced"),
        )
    ]


def test_a_lost_post_is_listed_until_its_author_grants_it_again(lost, browser, alice, bob):
    assert TOLD in browser.get("/keys/").content.decode()
    assert pages(browser, lost) == [True, True, True]

    read_request, _ = asking.ask(lost, asker=bob.user)
    answering.approve(read_request, keys=alice.rewraps(read_request))

    assert bob.reads(lost) is not None
    assert pages(browser, lost) == [False, False, False]


def test_nobody_else_sees_what_somebody_lost(lost, browser, alice, carols):
    assert pages(browser, lost) == [True, True, True]

    for other in (alice, carols.person):
        assert LIST_OF_LOST not in signed_in(other).get("/keys/").content.decode()
    assert list(Post.objects.lost_by(alice.user)) == []


def test_what_is_named_twice_or_opens_otherwise_is_listed_once_or_not(lost, bobs, browser, bob, alice, group):
    alice.publish(group, title="Opens")
    body = moved_nothing(bobs)
    row = {"post": str(lost.uid), "revision": 1, "fingerprint": bobs.account.keys[0].fingerprint.hex()}

    assert send(browser, LIFT, {**body, "failed": [row, row]}).status_code == 200

    assert LostKey.objects.count() == 1
    assert PostKey.objects.filter(public_key__user=bob.user).count() == 1
