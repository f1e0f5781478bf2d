"""The addresses of read requests, tried by those whom they do not concern."""

import pytest
from django.test import Client

from groups.domain import members
from groups.models import Group, Membership
from posts.domain import answers
from posts.models import Mute, Post, ReadRequest, RequestState
from tests.cast import Person
from tests.posts.asking import address, everything, state_of
from tests.posts.pages import signed_in

ADDRESSES = [
    ("get", "/requests/{pk}.json"),
    ("get", "/requests/{pk}/toast/"),
    ("post", "/requests/{pk}/approve/"),
    ("post", "/requests/{pk}/reject/"),
    ("post", "/requests/{pk}/withdraw/"),
    ("post", "/requests/{pk}/mute/"),
    ("post", "/requests/{pk}/withdraw_grant/"),
    ("post", "/requests/{pk}/report/"),
    ("post", "/requests/muted/{asker}/unmute/"),
    ("post", "/posts/{post}/request_read/"),
    ("post", "/groups/{slug}/request_read/"),
    ("get", "/posts/{post}/grants/"),
]


OF_ANY_MEMBER = {"/posts/{post}/request_read/", "/groups/{slug}/request_read/"}


OF_THE_ASKER = {"/requests/{pk}/withdraw/", "/requests/{pk}/report/"}


def call(client: Client, method: str, address: str) -> int:
    accept = {"Accept": "application/json"}
    if method == "get":
        return client.get(address, headers=accept).status_code
    return client.post(address, "{}", content_type="application/json", headers=accept).status_code


@pytest.mark.parametrize(("method", "pattern"), ADDRESSES)
@pytest.mark.parametrize("who", ["outsider", "ordinary member"])
def test_others_find_nothing_at_any_address(
    who: str, method: str, pattern: str, read_request: ReadRequest, alice: Person, bob: Person,
    late: Person, mallory: Person, post: Post, group: Group,
) -> None:  # fmt: skip
    Mute.objects.create(author=alice.user, asker=late.user)
    address = pattern.format(pk=read_request.pk, asker=late.user.uid, post=post.uid, slug=group.slug)
    other = mallory if who == "outsider" else bob
    before = everything()

    found = call(signed_in(other), method, address)

    # Any member may ask, of course; Bob can read it already.
    assert found == (422 if who == "ordinary member" and pattern in OF_ANY_MEMBER else 404)
    nowhere = pattern.format(pk=10**9, asker=group.uid, post=group.uid, slug="no-such-group")
    assert call(signed_in(other), method, nowhere) == 404
    assert everything() == before
    # There was something: it is there for the one whom it concerns.
    owner = late if pattern in OF_THE_ASKER else alice
    assert call(signed_in(owner), method, address) != 404


@pytest.mark.parametrize(("method", "pattern"), ADDRESSES)
@pytest.mark.parametrize("exists", [True, False])
def test_signed_out_everything_is_401_or_the_sign_in_whether_it_exists_or_not(
    exists: bool, method: str, pattern: str, read_request: ReadRequest, late: Person, post: Post, group: Group
) -> None:
    values = {"pk": read_request.pk, "asker": late.user.uid, "post": post.uid, "slug": group.slug}
    if not exists:
        values = {"pk": 10**9, "asker": group.uid, "post": group.uid, "slug": "no-such-group"}
    is_page = pattern.endswith(("toast/", "grants/"))

    assert call(Client(), method, pattern.format(**values)) == (302 if is_page else 401)


def test_only_the_asker_and_the_author_reach_a_request_and_each_only_their_side(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    carols, alices = signed_in(late), signed_in(alice)
    before = everything()

    for verb in ("approve", "reject", "mute", "withdraw_grant"):
        assert call(carols, "post", address(read_request, verb)) == 404
    for verb in ("withdraw", "report"):
        assert call(alices, "post", address(read_request, verb)) == 404
    assert call(carols, "get", f"/requests/{read_request.pk}.json") == 404
    assert everything() == before


@pytest.mark.parametrize(("method", "pattern"), [entry for entry in ADDRESSES if entry[0] == "post"])
def test_nothing_that_changes_something_answers_a_get(
    method: str, pattern: str, read_request: ReadRequest, alice: Person, post: Post, group: Group
) -> None:
    address = pattern.format(pk=read_request.pk, asker=alice.user.uid, post=post.uid, slug=group.slug)

    assert signed_in(alice).get(address).status_code == 405


def test_a_former_member_finds_nothing_any_more(
    read_request: ReadRequest, alice: Person, late: Person, group: Group
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    members.leave(Membership.objects.get(group=group, user=late.user))

    assert call(signed_in(late), "post", address(read_request, "withdraw")) == 404
    assert call(signed_in(alice), "get", f"/requests/{read_request.pk}.json") == 404
    assert state_of(read_request) == RequestState.CLOSED
