"""Joining, leaving, removing and appointing, in the database."""

import pytest
from django.db import transaction

from groups.domain import groups, invitations, members
from groups.models import Group, Joining, Membership, Role
from posts.models import Post, PostKey
from tests.cast import Person, make_person
from tests.elsewhere import elsewhere, wait_until_blocked


@pytest.fixture
def moderator(group: Group) -> Person:
    """Dora, a moderator of Alice's group."""
    dora = make_person("Dora")
    members.join(group, user=dora.user, role=Role.MODERATOR)
    return dora


def membership(group: Group, person: Person) -> Membership:
    return Membership.objects.get(group=group, user=person.user)


def roles(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("user__name", "role"))


def open_up(group: Group) -> None:
    groups.describe(group, name=group.name, description=group.description, joining=Joining.ANYONE)


def test_joining_twice_is_one_membership(group: Group, carol: Person) -> None:
    assert members.join(group, user=carol.user) == members.join(group, user=carol.user)


def test_joining_again_changes_no_role(group: Group, alice: Person) -> None:
    members.join(group, user=alice.user)

    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_anyone_joins_an_open_group(group: Group, carol: Person) -> None:
    open_up(group)

    members.join_open(group, user=carol.user)

    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER, "Carol": Role.MEMBER}


def test_nobody_joins_a_closed_group_by_their_own_wish(group: Group, mallory: Person) -> None:
    with pytest.raises(members.NotOpen):
        members.join_open(group, user=mallory.user)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_who_leaves_loses_what_was_wrapped_for_them(
    group: Group, post: Post, alice: Person, bob: Person
) -> None:
    assert bob.reads(post) is not None

    members.leave(membership(group, bob))

    assert roles(group) == {"Alice": Role.OWNER}
    assert bob.reads(post) is None
    assert not PostKey.objects.filter(public_key__user=bob.user).exists()
    assert alice.reads(post) is not None


def test_leaving_twice_is_harmless(group: Group, bob: Person) -> None:
    bobs = membership(group, bob)

    members.leave(bobs)
    members.leave(Membership(pk=bobs.pk or 1, group=group, user=bob.user))

    assert roles(group) == {"Alice": Role.OWNER}


def test_the_last_owner_cannot_leave(group: Group, alice: Person) -> None:
    with pytest.raises(members.LastOwner):
        members.leave(membership(group, alice))
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MEMBER])
def test_the_last_owner_cannot_be_unmade(group: Group, alice: Person, role: Role) -> None:
    alices = membership(group, alice)

    with pytest.raises(members.LastOwner):
        members.appoint(alices, role=role, by=alices)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_an_owner_leaves_once_there_is_another(group: Group, alice: Person, bob: Person) -> None:
    members.appoint(membership(group, bob), role=Role.OWNER, by=membership(group, alice))

    members.leave(membership(group, alice))

    assert roles(group) == {"Bob": Role.OWNER}


@pytest.mark.parametrize("role", Role)
def test_an_owner_gives_any_role(group: Group, alice: Person, bob: Person, role: Role) -> None:
    members.appoint(membership(group, bob), role=role, by=membership(group, alice))

    assert roles(group) == {"Alice": Role.OWNER, "Bob": role}


def test_members_appoint_nobody_and_moderators_only_moderators(
    group: Group, moderator: Person, bob: Person
) -> None:
    before = roles(group)

    for by, refused in [(bob, list(Role)), (moderator, [Role.OWNER, Role.MEMBER])]:
        for role in refused:
            with pytest.raises(members.NotAllowed):
                members.appoint(membership(group, bob), role=role, by=membership(group, by))
    assert roles(group) == before

    members.appoint(membership(group, bob), role=Role.MODERATOR, by=membership(group, moderator))
    assert roles(group) == {**before, "Bob": Role.MODERATOR}


def test_a_moderator_unmakes_nobody_who_was_made_an_owner_meanwhile(
    group: Group, moderator: Person, bob: Person
) -> None:
    stale = membership(group, bob)
    members.change_role(membership(group, bob), role=Role.OWNER)

    with pytest.raises(members.NotAllowed):
        members.appoint(stale, role=Role.MODERATOR, by=membership(group, moderator))
    assert roles(group)["Bob"] == Role.OWNER


def test_an_owner_of_another_group_appoints_and_removes_nobody_here(
    group: Group, bob: Person, mallory: Person
) -> None:
    mallorys = membership(groups.create("Elsewhere", owner=mallory.user), mallory)

    with pytest.raises(members.NotAllowed):
        members.appoint(membership(group, bob), role=Role.OWNER, by=mallorys)
    with pytest.raises(members.NotAllowed):
        members.remove(membership(group, bob), by=mallorys)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_a_moderator_removes_ordinary_members_only(
    group: Group, moderator: Person, alice: Person, bob: Person
) -> None:
    eve = make_person("Eve")
    members.join(group, user=eve.user, role=Role.MODERATOR)
    doras = membership(group, moderator)

    for person in [alice, eve]:
        with pytest.raises(members.NotAllowed):
            members.remove(membership(group, person), by=doras)
    members.remove(membership(group, bob), by=doras)

    assert roles(group) == {"Alice": Role.OWNER, "Dora": Role.MODERATOR, "Eve": Role.MODERATOR}


def test_an_owner_removes_anybody_else(group: Group, moderator: Person, alice: Person, bob: Person) -> None:
    eve = make_person("Eve")
    members.join(group, user=eve.user, role=Role.OWNER)
    alices = membership(group, alice)

    for person in [bob, moderator, eve]:
        members.remove(membership(group, person), by=alices)

    assert roles(group) == {"Alice": Role.OWNER}


def test_nobody_removes_themselves(group: Group, alice: Person) -> None:
    alices = membership(group, alice)

    with pytest.raises(members.NotAllowed):
        members.remove(alices, by=alices)


def test_a_member_removes_nobody(group: Group, alice: Person, bob: Person) -> None:
    with pytest.raises(members.NotAllowed):
        members.remove(membership(group, alice), by=membership(group, bob))
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_removing_who_has_left_is_harmless(group: Group, alice: Person, bob: Person) -> None:
    bobs, stale = membership(group, bob), membership(group, bob)
    members.leave(bobs)

    members.remove(stale, by=membership(group, alice))

    assert roles(group) == {"Alice": Role.OWNER}


def test_who_was_unmade_meanwhile_may_do_no_more(group: Group, moderator: Person, bob: Person) -> None:
    stale = membership(group, moderator)
    members.change_role(membership(group, moderator), role=Role.MEMBER)

    with pytest.raises(members.NotAllowed):
        members.remove(membership(group, bob), by=stale)


@pytest.mark.parametrize("ending", [members.leave, lambda m: members.change_role(m, role=Role.MEMBER)])
def test_links_end_with_the_role_that_made_them(
    group: Group, moderator: Person, alice: Person, ending
) -> None:
    invitations.create(group, by=moderator.user)
    invitations.create(group, by=alice.user)

    ending(membership(group, moderator))

    assert [link.created_by for link in group.invitations.usable()] == [alice.user]


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays(group: Group, alice: Person, bob: Person) -> None:
    members.change_role(membership(group, bob), role=Role.OWNER)
    bobs = membership(group, bob)

    with elsewhere() as run:
        with transaction.atomic():
            members.leave(membership(group, alice))
            second = run(members.leave, bobs)
            wait_until_blocked()
        assert type(second.exception()) is members.LastOwner

    assert roles(group) == {"Bob": Role.OWNER}


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_unmake_each_other_at_once_one_stays(
    group: Group, alice: Person, bob: Person
) -> None:
    members.change_role(membership(group, bob), role=Role.OWNER)
    alices, bobs = membership(group, alice), membership(group, bob)

    with elsewhere() as run:
        with transaction.atomic():
            members.appoint(bobs, role=Role.MEMBER, by=alices)
            second = run(members.appoint, alices, role=Role.MEMBER, by=bobs)
            wait_until_blocked()
        assert type(second.exception()) is members.NotAllowed

    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


@pytest.mark.django_db(transaction=True)
def test_a_moderator_does_not_remove_who_becomes_an_owner_at_that_moment(
    group: Group, moderator: Person, bob: Person
) -> None:
    bobs, doras = membership(group, bob), membership(group, moderator)

    with elsewhere() as run:
        with transaction.atomic():
            members.change_role(bobs, role=Role.OWNER)
            removal = run(members.remove, bobs, by=doras)
            wait_until_blocked()
        assert type(removal.exception()) is members.NotAllowed

    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.OWNER, "Dora": Role.MODERATOR}


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_into_a_group_that_is_being_locked_or_closed(group: Group, carol: Person) -> None:
    open_up(group)

    with elsewhere() as run:
        with transaction.atomic():
            groups.lock(group)
            joining = run(members.join_open, group, user=carol.user)
            wait_until_blocked()
        assert type(joining.exception()) is members.GroupLocked
        groups.unlock(group)
        with transaction.atomic():
            groups.describe(group, name=group.name, description="", joining=Joining.INVITATION)
            joining = run(members.join_open, group, user=carol.user)
            wait_until_blocked()
        assert type(joining.exception()) is members.NotOpen

    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


@pytest.mark.django_db(transaction=True)
def test_joining_at_once_in_two_tabs_is_one_membership(group: Group, carol: Person) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            first = members.join(group, user=carol.user)
            second = run(members.join, group, user=carol.user)
            wait_until_blocked()
        assert second.result() == first
