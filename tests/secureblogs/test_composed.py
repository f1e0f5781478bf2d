"""Queries that are composed once answer for each person what the queryset would answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import PublicKey, User
from groups.models import Group, Membership
from secureblogs.composed import ComposedQuery, counts
from tests.cast import Person

KEYS = ComposedQuery(lambda user: PublicKey.objects.filter(user=user).values_list("label"), User)
MEMBERSHIPS = ComposedQuery(
    lambda group, user: Membership.objects.filter(user=user, group=group).values_list("pk"), Group, User
)


def test_each_gets_their_own(alice: Person, bob: Person, mallory: Person, group: Group) -> None:
    bob.add_key("Tablet")

    assert sorted(KEYS.about(bob.user).rows()) == [("Laptop",), ("Tablet",)]
    assert [KEYS.about(person.user).count() for person in (alice, bob)] == [1, 2]
    assert [MEMBERSHIPS.about(group, person.user).count() for person in (bob, mallory)] == [1, 0]


def test_several_are_counted_in_one_round_trip(bob: Person, group: Group) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert counts(KEYS.about(bob.user), MEMBERSHIPS.about(group, bob.user)) == [1, 1]

    assert len(queries) == 1


def test_it_is_composed_once(alice: Person, bob: Person) -> None:
    composed: list[User] = []

    def compose(user: User) -> object:
        composed.append(user)
        return PublicKey.objects.filter(user=user).values_list("pk")

    query = ComposedQuery(compose, User)  # type: ignore[arg-type]

    assert [query.about(person.user).count() for person in (alice, bob)] == [1, 1]
    assert len(composed) == 1


def test_what_does_not_depend_on_its_object_is_a_mistake(alice: Person) -> None:
    everybodys = ComposedQuery(
        lambda user: PublicKey.objects.filter(user__name=user.name).values_list("pk"), User
    )

    with pytest.raises(AssertionError, match="by their primary key"):
        everybodys.about(alice.user)
