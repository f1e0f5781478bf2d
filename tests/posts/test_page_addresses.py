"""The addresses of posts and their group, tried by those who may not."""

import uuid

import pytest
from django.test import Client

from groups.domain import members
from groups.models import Membership, Role
from posts.models import Post
from tests.posts.pages import signed_in

ADDRESSES = [
    ("get", "/groups/walkers/", 200),
    ("get", "/groups/walkers/posts/new/", 200),
    ("get", "/posts/{uid}/", 200),
    ("get", "/posts/{uid}/envelope.json", 200),
    ("post", "/posts/{uid}/retry/", 302),
    ("post", "/posts/{uid}/delete/", 302),
]


@pytest.mark.parametrize(("method", "address", "status"), ADDRESSES)
def test_an_outsider_gets_404_everywhere(alice, mallory, post, method, address, status):
    address = address.format(uid=post.uid)
    # In the author's hands the address works: it is there to be found.
    outsider, author = signed_in(mallory), signed_in(alice)

    assert getattr(outsider, method)(address).status_code == 404
    assert getattr(author, method)(address).status_code == status


@pytest.mark.parametrize(("method", "address", "status"), ADDRESSES)
def test_a_removed_author_gets_404_everywhere(alice, bob, group, post, method, address, status):
    Membership.objects.filter(user=bob.user).update(role=Role.OWNER)
    members.leave(Membership.objects.get(group=group, user=alice.user))

    assert getattr(signed_in(alice), method)(address.format(uid=post.uid)).status_code == 404


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(("method", "address", "status"), [row for row in ADDRESSES if "json" not in row[1]])
def test_signed_out_every_page_leads_to_the_sign_in(post, method, address, status, exists):
    if not exists:
        address = address.replace("walkers", "nothing")
    address = address.format(uid=post.uid if exists else uuid.uuid4())

    response = getattr(Client(), method)(address)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
    assert Post.objects.exists()
