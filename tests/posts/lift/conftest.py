"""Bob with an account key, which every post of Alice's is wrapped for."""

from dataclasses import dataclass

import pytest
from django.test import Client

from posts.models import Post
from tests.account import Account
from tests.cast import Person
from tests.pages import signed_in


@dataclass
class Browsers:
    """A person's browsers, which open posts with every account key that they know."""

    person: Person
    account: Account

    def make(self) -> None:
        self.account.make("Laptop")
        self.know()

    def replace(self) -> None:
        self.account.replace("Laptop")
        self.know()

    def start_over(self) -> None:
        self.account.start_over("New laptop")
        self.know()

    def know(self) -> None:
        newest = self.account.newest
        self.person.private_keys[newest.fingerprint.hex()] = newest.wrapping


def browsers_of(person: Person) -> Browsers:
    """A person whose only key is an account key."""
    person.user.public_keys.all().delete()
    person.private_keys.clear()
    browsers = Browsers(person, Account(person.user))
    browsers.make()
    return browsers


@pytest.fixture
def bobs(bob: Person) -> Browsers:
    return browsers_of(bob)


@pytest.fixture
def carols(carol: Person) -> Browsers:
    return browsers_of(carol)


@pytest.fixture
def post(bobs: Browsers, alice: Person, group) -> Post:
    """Alice's post, wrapped for Bob's account key."""
    return alice.publish(group)


@pytest.fixture
def browser(bob: Person) -> Client:
    return signed_in(bob)
