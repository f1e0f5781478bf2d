"""Alice's account key, which her laptop holds, and her laptop's session."""

import pytest
from django.test import Client

from accounts.models import OutgoingMail
from tests.account import Account
from tests.cast import Person
from tests.pages import signed_in


@pytest.fixture
def account(alice: Person) -> Account:
    account = Account(alice.user)
    account.make("Laptop")
    OutgoingMail.objects.all().delete()
    return account


@pytest.fixture
def browser(alice: Person) -> Client:
    return signed_in(alice)
