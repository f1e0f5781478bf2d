"""Alice's browser and open tabs; somebody who came late, and what they ask."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from django.test import Client

from groups.domain import members
from groups.models import Group
from posts.models import Post, ReadRequest
from posts.requests import asking
from tests.cast import Person
from tests.pages import signed_in
from tests.posts.live.tabs import Tabs


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


@pytest_asyncio.fixture(loop_scope="module")
async def tabs(group: Group) -> AsyncIterator[Tabs]:
    """Tabs that a test opens, in a group that is there before them: they need not follow anybody there."""
    opened = Tabs()
    yield opened
    await opened.close()
