"""Queries that are composed once answer for each person what the queryset would answer."""

from uuid import UUID

import pytest

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from secureblogs.queries.compiled import Columns, CompiledQuery

KEYS = CompiledQuery(lambda user: PublicKey.objects.filter(user=user).values_list("label"), User)
MEMBERSHIPS = CompiledQuery(
    lambda group, user: Membership.objects.filter(user=user, group=group).values_list("pk"), Group, User
)


def test_each_gets_their_own(alice, bob, mallory, group):
    bob.add_key("Tablet")

    assert sorted(KEYS.bind(bob.user).rows()) == [("Laptop",), ("Tablet",)]
    assert [KEYS.bind(person.user).count() for person in (alice, bob)] == [1, 2]
    assert [MEMBERSHIPS.bind(group, person.user).count() for person in (bob, mallory)] == [1, 0]


def test_a_text_is_asked_for_like_an_object(alice, group):
    keys = CompiledQuery(
        lambda user, label: PublicKey.objects.filter(user=user, label=label).values_list("user__name"),
        User,
        str,
    )

    assert keys.bind(alice.user, "Laptop").rows() == [("Alice",)]
    assert keys.bind(alice.user, "Tablet").rows() == []


def test_a_row_makes_objects_as_the_database_has_them(bob, group):
    mine, people = Columns(Membership), Columns(User, within="user", without=["password"])
    memberships = CompiledQuery(
        lambda uid: Membership.objects.filter(user__uid=uid).values_list(*mine.names, *people.names), UUID
    )

    (row,) = memberships.bind(bob.user.uid).rows()

    columns = iter(row)
    assert mine.take(columns) == Membership.objects.get(user=bob.user)
    user = people.take(columns)
    assert (user, user.email) == (bob.user, bob.user.email)
    assert user.get_deferred_fields() == {"password"}


def test_it_is_composed_once(alice, bob):
    composed: list[User] = []

    def compose(user: User) -> object:
        composed.append(user)
        return PublicKey.objects.filter(user=user).values_list("pk")

    query = CompiledQuery(compose, User)  # type: ignore[arg-type]

    assert [query.bind(person.user).count() for person in (alice, bob)] == [1, 1]
    assert len(composed) == 1


def test_what_does_not_depend_on_its_object_is_a_mistake(alice):
    everybodys = CompiledQuery(
        lambda user: PublicKey.objects.filter(user__name=user.name).values_list("pk"), User
    )

    with pytest.raises(AssertionError, match="by their primary key"):
        everybodys.bind(alice.user)
