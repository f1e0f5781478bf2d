"""Joining, leaving, removing and appointing, in the database."""

from functools import partial

import pytest

from groups.domain import groups, invitations, members, removals
from groups.models import Group, Invitation, Joining, KeptOut, Membership, Role
from posts.models import PostKey
from tests.cast import Person, make_person
from tests.concurrently import meanwhile
from tests.groups.roles import roles


def membership(group: Group, person: Person) -> Membership:
    return Membership.objects.get(group=group, user=person.user)


def open_up(group: Group) -> None:
    groups.describe(group, name=group.name, description=group.description, joining=Joining.ANYONE)


def test_who_leaves_loses_what_was_wrapped_for_them(group, post, alice, bob):
    assert bob.reads(post) is not None

    members.leave(membership(group, bob))

    assert roles(group) == {"Alice": Role.OWNER}
    assert bob.reads(post) is None
    assert not PostKey.objects.filter(public_key__user=bob.user).exists()
    assert alice.reads(post) is not None


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.MEMBER])
def test_the_last_owner_cannot_be_unmade(group, alice, role):
    alices = membership(group, alice)

    with pytest.raises(members.LastOwner):
        members.appoint(alices, role=role, by=alices)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_an_owner_leaves_once_there_is_another(group, alice, bob):
    members.appoint(membership(group, bob), role=Role.OWNER, by=membership(group, alice))

    members.leave(membership(group, alice))

    assert roles(group) == {"Bob": Role.OWNER}


# For each role: the roles of the members that it removes, and the roles that it gives to which members.
REMOVES = {Role.OWNER: list(Role), Role.MODERATOR: [Role.MEMBER], Role.MEMBER: []}
GIVES = {
    Role.OWNER: [(of, to) for of in Role for to in Role if of != to],
    Role.MODERATOR: [(Role.MEMBER, Role.MODERATOR)],
    Role.MEMBER: [],
}


@pytest.mark.parametrize("role", Role)
def test_each_role_removes_and_appoints_whom_it_may_and_nobody_else(group, role):
    by = members.join(group, user=make_person("By").user, role=role)
    removed, given = [], []
    for of in Role:
        other = members.join(group, user=make_person(f"To be removed, {of}").user, role=of)
        try:
            removals.remove(other, by=by)
            removed.append(of)
        except members.NotAllowed:
            assert Membership.objects.filter(pk=other.pk).exists()
        for to in [each for each in Role if each != of]:
            other = members.join(group, user=make_person(f"To be {to}, {of}").user, role=of)
            try:
                members.appoint(other, role=to, by=by)
                given.append((of, to))
            except members.NotAllowed:
                assert Membership.objects.get(pk=other.pk).role == of

    assert (removed, given) == (REMOVES[role], GIVES[role])
    with pytest.raises(members.NotAllowed):
        removals.remove(by, by=by)


def test_a_moderator_unmakes_nobody_who_was_made_an_owner_meanwhile(group, dora, bob):
    stale = membership(group, bob)
    members.change_role(membership(group, bob), role=Role.OWNER)

    with pytest.raises(members.NotAllowed):
        members.appoint(stale, role=Role.MODERATOR, by=membership(group, dora))
    assert roles(group)["Bob"] == Role.OWNER


def test_an_owner_of_another_group_appoints_and_removes_nobody_here(group, bob, mallory):
    mallorys = membership(groups.create("Elsewhere", owner=mallory.user), mallory)

    with pytest.raises(members.NotAllowed):
        members.appoint(membership(group, bob), role=Role.OWNER, by=mallorys)
    with pytest.raises(members.NotAllowed):
        removals.remove(membership(group, bob), by=mallorys)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_who_was_removed_comes_back_by_no_way_until_they_are_let_back_in(group, alice, bob):
    open_up(group)
    invitations.create(group, by=alice.user)
    old = Invitation.objects.get()
    removals.remove(membership(group, bob), by=membership(group, alice))
    invitations.create(group, by=alice.user)
    ways = {
        "the old link": lambda: invitations.accept(old, user=bob.user),
        "a later link": lambda: invitations.accept(Invitation.objects.latest("pk"), user=bob.user),
        "the button of an open group": lambda: members.join_open(group, user=bob.user),
    }

    for way in ways.values():
        with pytest.raises(members.IsKeptOut):
            way()
    assert list(Group.objects.open_to(bob.user)) == []

    removals.let_back_in(KeptOut.objects.get(user=bob.user), by=membership(group, alice))

    assert list(Group.objects.open_to(bob.user)) == [group]
    ways["the old link"]()
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


@pytest.mark.parametrize("comes_back", [False, True])
def test_who_left_just_before_they_were_removed_is_kept_out_all_the_same(group, alice, bob, comes_back):
    stale = membership(group, bob)
    members.leave(membership(group, bob))
    if comes_back:
        members.join(group, user=bob.user)

    removals.remove(stale, by=membership(group, alice))

    assert roles(group) == {"Alice": Role.OWNER}
    with pytest.raises(members.IsKeptOut):
        members.join(group, user=bob.user)


def test_only_owners_and_moderators_let_somebody_back_in(group, dora, alice, bob, mallory):
    eve = make_person("Eve")
    removals.remove(members.join(group, user=eve.user), by=membership(group, alice))
    kept_out = KeptOut.objects.get()
    mallorys = membership(groups.create("Elsewhere", owner=mallory.user), mallory)

    for other in (membership(group, bob), mallorys):
        with pytest.raises(members.NotAllowed):
            removals.let_back_in(kept_out, by=other)
    assert KeptOut.objects.exists()

    removals.let_back_in(kept_out, by=membership(group, dora))

    assert not KeptOut.objects.exists()


def test_who_was_unmade_meanwhile_may_do_no_more(group, dora, bob):
    stale = membership(group, dora)
    members.change_role(membership(group, dora), role=Role.MEMBER)

    with pytest.raises(members.NotAllowed):
        removals.remove(membership(group, bob), by=stale)


@pytest.mark.parametrize("ending", [members.leave, lambda m: members.change_role(m, role=Role.MEMBER)])
def test_links_end_with_the_role_that_made_them(group, dora, alice, ending):
    invitations.create(group, by=dora.user)
    invitations.create(group, by=alice.user)

    ending(membership(group, dora))

    assert [link.created_by for link in group.invitations.usable()] == [alice.user]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "then", "refusal", "after"),
    [
        (
            lambda alice, bob: members.leave(alice),
            lambda alice, bob: members.leave(bob),
            members.LastOwner,
            {"Bob": Role.OWNER},
        ),
        (
            lambda alice, bob: members.appoint(bob, role=Role.MEMBER, by=alice),
            lambda alice, bob: members.appoint(alice, role=Role.MEMBER, by=bob),
            members.NotAllowed,
            {"Alice": Role.OWNER, "Bob": Role.MEMBER},
        ),
    ],
    ids=["leave", "unmake each other"],
)
def test_of_two_owners_who_go_at_once_one_stays(group, alice, bob, first, then, refusal, after):
    members.change_role(membership(group, bob), role=Role.OWNER)
    both = membership(group, alice), membership(group, bob)

    second = meanwhile(lambda: first(*both), lambda: then(*both))

    assert (type(second.exception()), roles(group)) == (refusal, after)


@pytest.mark.django_db(transaction=True)
def test_a_moderator_does_not_remove_who_becomes_an_owner_at_that_moment(group, dora, bob):
    bobs, doras = membership(group, bob), membership(group, dora)

    removal = meanwhile(
        lambda: members.change_role(bobs, role=Role.OWNER), lambda: removals.remove(bobs, by=doras)
    )

    assert type(removal.exception()) is members.NotAllowed
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.OWNER, "Dora": Role.MODERATOR}


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_into_a_group_that_is_being_locked_or_closed(group, carol):
    close = partial(groups.describe, name=group.name, description="", joining=Joining.INVITATION)
    for closing, refusal in ((groups.lock, members.GroupLocked), (close, members.NotOpen)):
        open_up(group)
        joining = meanwhile(partial(closing, group), lambda: members.join_open(group, user=carol.user))

        assert type(joining.exception()) is refusal
        groups.unlock(group)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}
