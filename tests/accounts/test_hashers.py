"""Passwords: hashed as Django does it, and never by many at once."""

from threading import Thread

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts.hashers import AT_ONCE, TurnTakingArgon2


@pytest.fixture(autouse=True)
def hashers(settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.TurnTakingArgon2"]


def test_it_is_djangos_own_argon2id() -> None:
    encoded = make_password("correct horse battery staple")

    assert encoded.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert Argon2PasswordHasher().verify("correct horse battery staple", encoded)
    assert check_password("correct horse battery staple", encoded)
    assert not check_password("another", encoded)


@pytest.mark.parametrize("work", [make_password, lambda password: check_password(password, ENCODED)])
def test_who_comes_while_others_are_at_it_waits(work) -> None:
    waiting = Thread(target=work, args=("correct horse battery staple",))
    for _ in range(AT_ONCE):
        assert TurnTakingArgon2.turns.acquire(timeout=5)
    try:
        waiting.start()
        waiting.join(timeout=1)
        assert waiting.is_alive()
    finally:
        TurnTakingArgon2.turns.release(AT_ONCE)

    waiting.join(timeout=20)
    assert not waiting.is_alive()


ENCODED: str = Argon2PasswordHasher().encode("correct horse battery staple", "saltsaltsalt")
