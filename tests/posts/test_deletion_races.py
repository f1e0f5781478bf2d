"""What comes in the very moment in which a group, an account or a membership ends: real transactions, both orders."""

from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from accounts.domain import keys, users
from accounts.domain.locks import Gone
from accounts.models import User
from groups.domain import groups, invitations, members
from groups.models import Group, Invitation, Membership, Role
from posts.domain import mutes, publishing, read_requests
from posts.domain.obstacles import NothingToAskFor
from posts.models import Mute, Post, PostKey, ReadRequest, SealedDraft
from tests.cast import Person, sealed_draft
from tests.elsewhere import elsewhere, wait_until_blocked
from tests.posts.asking import post_json
from tests.posts.pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")
ENDS = ["group", "account"]


def end(what: str, group: Group, person: Person) -> None:
    groups.delete(group) if what == "group" else users.delete(person.user)


def error_of(future: Future[T]) -> type[BaseException | None]:
    return type(future.exception())


def sends_a_post(client: Client, group: Group, person: Person) -> Callable[[], int]:
    """A program's call that publishes; its status."""
    uid = uuid4()
    draft = sealed_draft(person.user, group, uid=uid, title="Hello", body="World")
    body = {"uid": str(uid), "title": "Hello", "draft": b64encode(draft).decode()}
    return lambda: post_json(client, f"/groups/{group.slug}/posts/", body).status_code


@pytest.mark.parametrize("what", ENDS)
def test_a_post_for_what_is_being_deleted_finds_nothing_there(what: str, group: Group, bob: Person) -> None:
    send = sends_a_post(signed_in(bob), group, bob)

    with elsewhere() as run:
        with transaction.atomic():
            end(what, group, bob)
            sent = run(send)
            wait_until_blocked()

        assert sent.result() == 404
    assert not Post.objects.exists()


@pytest.mark.parametrize("what", ENDS)
def test_a_post_that_has_just_landed_goes_with_what_is_deleted(what: str, group: Group, bob: Person) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            bob.submit(group)
            ended = run(end, what, group, bob)
            wait_until_blocked()
        ended.result()

    assert [model.objects.count() for model in (Post, SealedDraft)] == [0, 0]


def test_two_members_post_side_by_side(group: Group, alice: Person, bob: Person) -> None:
    with elsewhere() as run, transaction.atomic():
        alice.submit(group)
        # It does not wait for us.
        run(bob.submit, group).result(timeout=10)

    assert Post.objects.count() == 2


def test_who_joins_while_the_account_is_deleted_joins_nothing(group: Group, carol: Person) -> None:
    same = _same(carol)

    with elsewhere() as run:
        with transaction.atomic():
            users.delete(carol.user)
            joined = run(members.join, group, user=same)
            wait_until_blocked()

        assert error_of(joined) is Gone
    assert group.memberships.count() == 2


def test_who_joins_a_group_that_is_being_deleted_joins_nothing(
    group: Group, alice: Person, carol: Person
) -> None:
    invitations.create(group, by=alice.user)
    invitation = Invitation.objects.select_related("group").get()

    with elsewhere() as run:
        with transaction.atomic():
            groups.delete(group)
            joined = [
                run(members.join, group, user=carol.user),
                run(invitations.accept, invitation, user=carol.user),
            ]
            wait_until_blocked(2)

        assert [error_of(each) for each in joined] == [Gone, Gone]
    assert not Membership.objects.exists()


@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_nobody_mutes_or_is_muted_while_the_account_is_deleted(
    whose: str, group: Group, bob: Person, late: Person, post: Post
) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    bob.publish(group)
    members.join(group, user=late.user)
    author, asker = _same(bob), _same(late)

    with elsewhere() as run:
        with transaction.atomic():
            users.delete(late.user if whose == "asker's" else bob.user)
            muted = run(mutes.mute, author, asker=asker)
            wait_until_blocked()

        assert error_of(muted) is Gone
    assert not Mute.objects.exists()


@pytest.mark.parametrize("what", ["muting", "leaving"])
def test_asking_for_all_asks_nobody_who_has_just_muted_the_asker_or_left(
    what: str, group: Group, post: Post, alice: Person, late: Person
) -> None:
    members.change_role(Membership.objects.get(group=group, user=late.user), role=Role.OWNER)
    authors = Membership.objects.select_related("group", "user").get(group=group, user=alice.user)

    with elsewhere() as run:
        with transaction.atomic():
            mutes.mute(alice.user, asker=late.user) if what == "muting" else members.leave(authors)
            asked = run(read_requests.ask_all, group, asker=late.user)
            wait_until_blocked()

        assert error_of(asked) is NothingToAskFor
    assert not ReadRequest.objects.exists()


def test_a_worker_that_waits_for_a_membership_holds_no_key_of_it(
    group: Group, alice: Person, bob: Person
) -> None:
    """As when an account is deleted: first the memberships end, then the keys."""
    post = alice.submit(group)

    with elsewhere() as run:
        with transaction.atomic():
            members.leave(Membership.objects.select_related("group", "user").get(group=group, user=bob.user))
            encrypted = run(publishing.encrypt, post.pk)
            wait_until_blocked()
            keys.revoke(bob.user.public_keys.get())
        encrypted.result()

    assert [key.public_key.user for key in PostKey.objects.filter(post=post)] == [alice.user]


def test_who_deletes_a_post_waits_for_a_reader_who_is_leaving(group: Group, post: Post, bob: Person) -> None:
    """Both delete the same wrapped keys, each in an order of its own."""
    with elsewhere() as run:
        with transaction.atomic():
            members.leave(Membership.objects.select_related("group", "user").get(group=group, user=bob.user))
            deleted = run(publishing.delete, post)
            wait_until_blocked()
            assert Post.objects.filter(pk=post.pk).exists()
        deleted.result()

    assert [model.objects.count() for model in (Post, PostKey)] == [0, 0]


def _same(person: Person) -> User:
    """Deleting somebody in Python takes the pk away."""
    return User.objects.get(pk=person.user.pk)
