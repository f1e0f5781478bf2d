"""Closing, opening and deleting accounts; also while workers are busy with what goes."""

import pytest
from django.db import transaction

from accounts.domain import sessions, users
from accounts.models import PublicKey, User
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from posts.domain import attempts, publishing, read_requests
from posts.models import Post, PostKey, ReadRequest, SealedDraft
from tests.cast import make_person
from tests.elsewhere import elsewhere, wait_until_blocked
from tests.moderation import browser_of

at_the_same_moment = pytest.mark.django_db(transaction=True)


def test_the_sessions_of_a_closed_account_are_over_even_when_it_is_opened_again(alice, bob):
    alices = str(browser_of(alice).session.session_key)
    bobs = [str(browser_of(bob).session.session_key) for _ in range(2)]
    assert [sessions.user_of(session_key) for session_key in bobs] == [bob.user, bob.user]

    users.deactivate(bob.user)
    users.activate(bob.user)

    assert [sessions.user_of(session_key) for session_key in bobs] == [None, None]
    assert sessions.user_of(alices) == alice.user


def test_the_sessions_of_a_deleted_account_are_nobodys(bob):
    session_key = str(browser_of(bob).session.session_key)
    assert sessions.user_of(session_key) == bob.user

    users.delete(bob.user)

    assert sessions.user_of(session_key) is None


def test_a_deleted_asker_asks_no_more(alice, bob, carol, group, post):
    members.join(group, user=carol.user)
    read_requests.ask(post, asker=carol.user)

    users.delete(carol.user)

    assert not ReadRequest.objects.exists()
    assert bob.reads(post) is not None


def test_nobody_is_left_without_an_owner(alice, bob, group):
    assert users.reasons_to_keep(bob.user) == []
    assert users.reasons_to_keep(alice.user) == [
        "Alice is the only owner of “Walkers”: make another member its owner first, or delete it."
    ]
    with pytest.raises(members.LastOwner):
        users.delete(alice.user)

    assert User.objects.filter(pk=alice.user.pk).exists()
    assert group.memberships.count() == 2

    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    assert users.reasons_to_keep(alice.user) == []


def test_a_group_of_one_goes_with_its_member(alice, bob, group):
    groups.create("Alone", owner=bob.user)

    users.delete(bob.user)

    assert list(Group.objects.all()) == [group]


@at_the_same_moment
def test_an_account_is_deleted_while_a_worker_encrypts_its_post(alice, bob, group):
    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    post = alice.submit(group)
    with elsewhere() as run:
        with transaction.atomic():
            assert attempts.claim(SealedDraft, post.pk) is not None
            deleting = run(users.delete, alice.user)
            wait_until_blocked()
            publishing.encrypt(post.pk)
        deleting.result(timeout=10)

    assert [model.objects.count() for model in (Post, PostKey, SealedDraft)] == [0, 0, 0]
    assert list(PublicKey.objects.values_list("user__name", flat=True)) == ["Bob"]


@at_the_same_moment
def test_a_member_is_deleted_while_a_worker_wraps_for_them(alice, bob, group):
    post = alice.submit(group)
    with elsewhere() as run:
        with transaction.atomic():
            publishing.encrypt(post.pk)
            deleting = run(users.delete, bob.user)
            wait_until_blocked()
        deleting.result(timeout=10)

    assert [key.public_key.user for key in PostKey.objects.all()] == [alice.user]
    assert alice.reads(post) is not None


@at_the_same_moment
def test_a_group_is_deleted_while_a_worker_encrypts_for_it(alice, bob, group):
    post = alice.submit(group)
    with elsewhere() as run:
        with transaction.atomic():
            assert attempts.claim(SealedDraft, post.pk) is not None
            deleting = run(groups.delete, group)
            wait_until_blocked()
            publishing.encrypt(post.pk)
        deleting.result(timeout=10)

    assert [model.objects.count() for model in (Group, Membership, Post, PostKey)] == [0, 0, 0, 0]


@at_the_same_moment
def test_nobody_joins_a_group_of_one_while_it_goes(bob, carol):
    alone = groups.create("Alone", owner=bob.user)
    with elsewhere() as run:
        with transaction.atomic():
            members.join(alone, user=carol.user)
            deleting = run(users.delete, bob.user)
            wait_until_blocked()
        with pytest.raises(members.LastOwner):
            deleting.result(timeout=10)

    assert User.objects.filter(pk=bob.user.pk).exists()
    assert alone.memberships.count() == 2


def test_deleting_costs_no_query_for_each_reader(alice, group, django_assert_max_num_queries):
    few = alice.publish(group)
    for number in range(30):
        members.join(group, user=make_person(f"Person{number}").user)
    alice.publish(group)
    alice.publish(group)

    assert PostKey.objects.exclude(post=few).count() == 64
    with django_assert_max_num_queries(60):
        groups.delete(group)
