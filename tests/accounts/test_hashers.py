"""Passwords: hashed as Django does it but for the number of threads, and only where one waits for a turn."""

import re
import uuid

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, MD5PasswordHasher, check_password, make_password
from django.test import Client
from django.urls import get_resolver, resolve
from pytest_django import Settings

from accounts.models import User
from tests.cast import PASSWORD, Person
from tests.mails import delivered
from tests.pages import signed_in
from tests.secureblogs.http.test_security import all_routes, example_of

FIELDS = {
    "login": "alice@example.org",
    "password": PASSWORD,
    "oldpassword": PASSWORD,
    "name": "Nadia",
    "password1": "a new one that nobody knows",
    "password2": "a new one that nobody knows",
    "usable_password": "true",
}


@pytest.mark.slow
def test_it_is_djangos_own_argon2id_on_one_core(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.OneCoreArgon2"]

    encoded = make_password("correct horse battery staple")

    assert encoded.startswith("argon2$argon2id$v=19$m=102400,t=2,p=1$")
    assert Argon2PasswordHasher().verify("correct horse battery staple", encoded)
    assert not check_password("another", encoded)


class CountingHasher(MD5PasswordHasher):
    """Counts what would take long."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@pytest.fixture
def counting(settings: Settings) -> type[CountingHasher]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.count = 0
    return CountingHasher


@pytest.mark.slow
def test_no_address_hashes_without_a_turn(settings, counting, alice, bob):
    User.objects.filter(pk=bob.user.pk).update(is_staff=True, is_superuser=True)
    without_password = User.objects.create_user("nora@example.org", None, name="Nora")
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", str(delivered()[0].body))
    new_password_page = str(visitor.get(link)["Location"])
    hashing = set()

    def send(client: Client, address: str) -> None:
        before = counting.count
        # Nobody has this address yet.
        client.post(address, FIELDS | {"email": f"{uuid.uuid4()}@example.org"})
        if counting.count > before:
            hashing.add(resolve(address).view_name)

    send(visitor, new_password_page)
    for address in (example_of(route) for route in all_routes(get_resolver().url_patterns)):
        send(Client(), address)
        for person in (alice.user, bob.user, without_password):
            # As they are now: earlier addresses may have changed their passwords.
            send(signed_in(Person(User.objects.get(pk=person.pk))), address)

    assert hashing == settings.HASHING_ADDRESSES
