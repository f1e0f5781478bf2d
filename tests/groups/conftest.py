import pytest

from groups.domain import groups, members
from groups.models import Group, Joining, Role
from tests.cast import Person, make_person


@pytest.fixture
def dora(group: Group) -> Person:
    """A moderator of Alice's group."""
    person = make_person("Dora")
    members.join(group, user=person.user, role=Role.MODERATOR)
    return person


@pytest.fixture
def open_group(alice: Person, bob: Person) -> Group:
    """Alice's group that anyone signed in can join, with Bob in it."""
    group = groups.create("Readers", owner=alice.user, description="We read.", joining=Joining.ANYONE)
    members.join(group, user=bob.user)
    return group
