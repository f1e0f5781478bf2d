"""Alice's browser; somebody who came late, and what they ask."""

import pytest
from django.test import Client

from groups.domain import members
from groups.models import Group
from posts.models import Post, ReadRequest
from posts.requests import asking
from tests.cast import Person
from tests.pages import signed_in


@pytest.fixture
def browser(alice: Person) -> Client:
    """Alice, signed in."""
    return signed_in(alice)


@pytest.fixture
def late(post: Post, carol: Person, group: Group) -> Person:
    """Carol, who joined after the post was published."""
    members.join(group, user=carol.user)
    return carol


@pytest.fixture
def read_request(post: Post, late: Person) -> ReadRequest:
    """Carol's request, waiting for Alice."""
    return asking.ask(post, asker=late.user)[0]
