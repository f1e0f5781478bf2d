"""Guessing passwords: how often, and whom somebody else's guesses keep out."""

import time

import pytest
from django.core import signing
from django.test import Client

from accounts import guessing
from tests.answers import Answer
from tests.cast import PASSWORD

ALICE, BOB = "alice@example.org", "bob@example.org"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def log_in(client: Client, email: str = ALICE, password: str = PASSWORD) -> Answer:
    return client.post("/accounts/login/", {"login": email, "password": password})


def logs_in(client: Client, email: str = ALICE) -> bool:
    return log_in(client, email).status_code == 302


def guess(client: Client, times: int, email: str = ALICE) -> list[str]:
    """The site's words at each guess."""
    return [log_in(client, email, "wrong").context["form"].errors["__all__"][0] for _ in range(times)]


def used_browser(email: str = ALICE, address: str = OFFICE) -> Client:
    """A browser that has logged in and out before."""
    client = Client(REMOTE_ADDR=address)
    assert logs_in(client, email)
    client.post("/accounts/logout/")
    return client


def test_nobody_keeps_the_owner_of_an_address_from_a_link(alice):
    asks = [
        Client(REMOTE_ADDR=address).post("/accounts/password/reset/", {"email": ALICE}).status_code
        for address in [ELSEWHERE] * 21 + [OFFICE]
    ]

    assert asks == [302] * 20 + [429, 302]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The time that failures are counted by: it stands until it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)

    def go_on(self, seconds: float) -> None:
        self.now += seconds


def test_nobody_locks_out_a_browser_that_has_logged_in_before(alice):
    alices = used_browser()
    guess(Client(REMOTE_ADDR=ELSEWHERE), 6)
    assert not logs_in(Client(REMOTE_ADDR=ELSEWHERE))

    assert logs_in(alices)


def test_eleven_guesses_from_an_office_keep_out_no_colleague_who_was_there_before(alice, bob):
    bobs = used_browser(BOB)
    for number in range(11):
        guess(Client(REMOTE_ADDR=OFFICE), 1, f"nobody{number}@example.org")
    assert not logs_in(Client(REMOTE_ADDR=OFFICE), BOB)

    assert logs_in(bobs, BOB)


def test_in_a_browser_that_is_known_one_may_be_wrong_ten_times(alice, clock):
    alices = used_browser()
    guess(alices, 10)
    assert logs_in(Client(REMOTE_ADDR=ELSEWHERE))

    # From here on it counts like any other: five more, and none of them a whole one later.
    said = guess(alices, 6)

    assert said[:5] == ["No account has this email and password."] * 5
    assert said[5] == "Too many attempts failed. Wait 5 minutes, or reset your password."
    clock.go_on(301)
    assert logs_in(alices)


def test_from_other_browsers_five_guesses_are_all_that_an_account_allows(alice):
    used_browser()
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"203.0.113.{number}"), 1)

    assert not logs_in(Client(REMOTE_ADDR="203.0.113.99"))


@pytest.mark.parametrize("host", ["testserver:{}", "localhost:{}", "TESTSERVER:{}"])
def test_a_host_of_one_s_choice_allows_no_further_guesses(alice, host):
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"203.0.113.{number}", headers={"host": host.format(8000 + number)}), 1)

    assert not logs_in(Client(REMOTE_ADDR="203.0.113.99"))
    assert not logs_in(Client(REMOTE_ADDR="203.0.113.98", headers={"host": host.format(9000)}))


@pytest.mark.parametrize("who", ["nobody", "bob"])
def test_a_device_of_another_account_or_a_made_up_one_is_none(alice, bob, who):
    browser = used_browser(BOB, ELSEWHERE) if who == "bob" else Client(REMOTE_ADDR=ELSEWHERE)
    if who == "nobody":
        browser.cookies["device"] = signing.dumps({guessing._account(ALICE): "made up"}, salt="another")
    guess(browser, 5)

    assert not logs_in(browser)


def test_one_browser_is_known_to_all_who_use_it(alice, bob):
    shared = used_browser(BOB)
    assert logs_in(shared, ALICE)
    shared.post("/accounts/logout/")
    for email in (ALICE, BOB):
        guess(Client(REMOTE_ADDR=ELSEWHERE), 5, email)

    for email in (ALICE, BOB):
        assert logs_in(shared, email)
        shared.post("/accounts/logout/")


def test_the_cookie_is_for_the_server_alone_and_names_nobody(alice):
    browser = used_browser()

    cookie = browser.cookies["device"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    assert list(signing.loads(cookie.value, salt=guessing.SALT)) == [guessing._account(ALICE)]
    assert "alice" not in str(signing.loads(cookie.value, salt=guessing.SALT))


def test_the_time_that_is_told_is_the_true_one(alice, clock):
    stranger = Client(REMOTE_ADDR=ELSEWHERE)
    guess(stranger, 5)
    clock.go_on(200)

    refused = log_in(stranger)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "100")
    assert refused.context["form"].errors["__all__"] == [
        "Too many attempts failed. Wait 2 minutes, or reset your password."
    ]
    assert 'value="alice@example.org"' in refused.content.decode()
    clock.go_on(99)
    assert not logs_in(stranger)
    clock.go_on(2)
    assert logs_in(stranger)


def test_of_an_address_the_time_is_seconds(alice, clock):
    for number in range(10):
        guess(Client(REMOTE_ADDR=OFFICE), 1, f"nobody{number}@example.org")
    clock.go_on(20)

    refused = log_in(Client(REMOTE_ADDR=OFFICE))

    assert refused.headers["Retry-After"] == "40"
    assert refused.context["form"].errors["__all__"] == [
        "Too many attempts failed. Wait 40 seconds, or reset your password."
    ]
    clock.go_on(41)
    assert logs_in(Client(REMOTE_ADDR=OFFICE))
