"""Invitation links, in the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.domain import users
from groups import access
from groups.domain import groups, invitations, members
from groups.models import Group, Invitation, Membership, Role
from tests.cast import Person
from tests.concurrently import meanwhile


@pytest.fixture
def token(group: Group, alice: Person) -> str:
    return invitations.create(group, by=alice.user)


def found(token: str) -> Invitation:
    invitation = access.usable_invitation(token)
    assert invitation is not None
    return invitation


def test_a_link_lets_several_people_in(group, token, carol, mallory):
    for person in [carol, mallory]:
        invitations.accept(found(token), user=person.user)

    assert group.memberships.count() == 4


def test_tokens_are_long_and_random(group, alice):
    tokens = {invitations.create(group, by=alice.user) for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 32 bytes


def test_the_token_stands_nowhere_in_the_database(token):
    stored = Invitation.objects.values_list("token_hash", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        everything = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608
            everything += "".join(row for (row,) in cursor.fetchall())

    assert stored in everything  # so the search is known to work
    assert token not in everything


def test_a_link_ends_with_the_account_of_who_made_it_which_makes_no_other(group, token, alice):
    users.deactivate(alice.user)
    with pytest.raises(members.NotAllowed):
        invitations.create(group, by=alice.user)
    users.activate(alice.user)

    assert access.usable_invitation(token) is None
    assert access.usable_invitation(invitations.create(group, by=alice.user))


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_expires_after_its_days(group, alice, days):
    before = timezone.now()
    token = invitations.create(group, by=alice.user, days=days)

    assert timedelta(0) <= found(token).expires_at - before - timedelta(days=days) < timedelta(minutes=1)

    Invitation.objects.update(expires_at=timezone.now())
    assert access.usable_invitation(token) is None


def test_a_revoked_link_lets_nobody_in(group, token, carol):
    invitation = found(token)
    invitations.revoke(invitation)
    invitations.revoke(invitation)

    assert access.usable_invitation(token) is None
    with pytest.raises(invitations.NotUsable):
        invitations.accept(invitation, user=carol.user)
    assert not group.memberships.filter(user=carol.user).exists()


@pytest.mark.parametrize("other", ["", "x", "A" * 43, "é", "\x00"])
def test_another_token_finds_nothing(token, other):
    assert access.usable_invitation(other) is None
    assert access.usable_invitation(token + other) == (None if other else found(token))


def test_only_owners_and_moderators_invite(group, bob, mallory):
    with pytest.raises(members.NotAllowed):
        invitations.create(group, by=bob.user)
    with pytest.raises(members.NotAMember):
        invitations.create(group, by=mallory.user)

    members.change_role(Membership.objects.get(user=bob.user), role=Role.MODERATOR)
    found(invitations.create(group, by=bob.user))


def test_a_locked_group_makes_no_links_and_lets_nobody_in_by_one(group, token, alice, carol):
    groups.lock(group)

    with pytest.raises(members.GroupLocked):
        invitations.create(group, by=alice.user)
    with pytest.raises(members.GroupLocked):
        invitations.accept(found(token), user=carol.user)
    assert not group.memberships.filter(user=carol.user).exists()


def test_a_group_has_so_many_open_links_and_no_more(group, alice):
    for _ in range(invitations.MOST_USABLE):
        invitations.create(group, by=alice.user)

    with pytest.raises(invitations.TooManyInvitations):
        invitations.create(group, by=alice.user)

    group.invitations.usable()[:1].get().delete()
    found(invitations.create(group, by=alice.user))


@pytest.mark.django_db(transaction=True)
def test_nobody_joins_by_a_link_that_is_being_revoked(group, token, carol):
    invitation = found(token)

    joining = meanwhile(
        lambda: invitations.revoke(invitation), lambda: invitations.accept(invitation, user=carol.user)
    )

    assert type(joining.exception()) is invitations.NotUsable

    assert not group.memberships.filter(user=carol.user).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_unmade_at_that_moment_leaves_no_link_behind(group, bob):
    membership = Membership.objects.get(user=bob.user)
    members.change_role(membership, role=Role.MODERATOR)

    unmaking = meanwhile(
        lambda: invitations.create(group, by=bob.user),
        lambda: members.change_role(membership, role=Role.MEMBER),
    )

    assert unmaking.exception() is None

    assert not group.invitations.usable().exists()
