from collections.abc import Callable

import pytest
from django.test import Client

from groups.domain import groups, members
from groups.models import Group, Joining, Role
from tests.cast import Person, make_person

Browser = Callable[[Person], Client]


@pytest.fixture
def browser_of() -> Browser:
    """A browser in which somebody has signed in, as a function of who."""

    def open_browser(person: Person) -> Client:
        client = Client()
        client.force_login(person.user)
        return client

    return open_browser


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
