"""Settings that demand a second factor: whom they stop, where these people get, and that nobody is locked out."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.domain import sessions
from accounts.models import User
from tests.accounts.second_factors import (
    APP_OFF,
    CONFIRM_BY_CODE,
    HOME,
    STEP,
    browser,
    is_in,
    logged_in,
    set_up_app,
    type_password,
)
from tests.cast import Person
from tests.pages import page, signed_in
from tests.passkeys import code_of
from tests.routes import ROUTES, through
from tests.test_outsiders import scene  # noqa: F401  (a fixture)

# What sets one up is told of at its commit.
pytestmark = pytest.mark.django_db(transaction=True)

JSON = {"accept": "application/json"}


@pytest.fixture
def of_everybody(settings, db: None) -> None:
    settings.SECOND_FACTOR_FOR_EVERYBODY = True


@pytest.fixture
def of_staff(settings, db: None) -> None:
    settings.SECOND_FACTOR_FOR_STAFF = True


def hears(client) -> bool:
    """Whether a socket with this browser's session is let in."""
    key = client.session.session_key
    return key in sessions.users_of([key])


def test_every_address_is_closed_to_who_lacks_one(scene, settings):  # noqa: F811
    people = {route.entitled for route in ROUTES}
    clients = {name: signed_in(scene.people[name]) for name in people}
    assert all(hears(client) for client in clients.values())
    settings.SECOND_FACTOR_FOR_EVERYBODY = True

    for route in ROUTES:
        answer = through(clients[route.entitled], route, scene)

        assert answer.status_code in {302, 403}, route
        assert HOME in (answer.headers.get("Location") or answer.text), route
    assert not any(hears(client) for client in clients.values())


@pytest.mark.usefixtures("of_everybody")
def test_one_is_led_to_set_one_up_and_then_goes_on(alice):
    client = browser()
    assert type_password(client, alice)["Location"] == "/groups/"
    assert client.get("/groups/")["Location"] == HOME
    assert "This site asks for a second factor." in page(client.get(HOME)).one("main").text
    assert page(client.get(HOME)).one("body").get("data-user") is None
    refusal = client.get("/keys/account.json", headers=JSON)
    assert (refusal.status_code, refusal.json()) == (403, {"reauthenticate": HOME})

    set_up_app(client)

    assert page(client.get(HOME)).one("main").links["Go on"] == "/groups/"
    assert (is_in(client), hears(client)) == (True, True)


@pytest.mark.usefixtures("of_everybody")
def test_who_has_one_notices_nothing(alice):
    secret, _ = set_up_app(start := browser_with_password(alice))
    start.post("/accounts/logout/")
    client = browser()
    assert type_password(client, alice)["Location"] == STEP
    client.post(STEP, {"code": code_of(secret, seconds=30)})

    assert (is_in(client), hears(client)) == (True, True)


def browser_with_password(person: Person):
    client = browser()
    type_password(client, person)
    return client


def test_a_session_that_is_older_than_the_demand_proves_it(alice, settings):
    old = logged_in(alice)
    secret, _ = set_up_app(logged_in(alice))
    settings.SECOND_FACTOR_FOR_EVERYBODY = True
    there = old.get("/groups/")["Location"]
    assert there == f"{CONFIRM_BY_CODE}?next=%2Fgroups%2F"
    # A password is not enough to set up another one beside it.
    for path in (HOME, f"{HOME}totp/activate/", f"{HOME}webauthn/add/"):
        assert old.get(path)["Location"].startswith(f"{CONFIRM_BY_CODE}?")

    assert (
        old.post(there, {"code": code_of(secret, seconds=30), "next": "/groups/"})["Location"] == "/groups/"
    )

    assert is_in(old)


@pytest.mark.usefixtures("of_everybody")
def test_who_gives_the_last_one_up_is_asked_for_another(alice):
    client, other = browser_with_password(alice), browser()
    secret, _ = set_up_app(client)
    type_password(other, alice)
    other.post(STEP, {"code": code_of(secret, seconds=30)})
    assert (is_in(client), is_in(other), hears(other)) == (True, True, True)

    client.post(APP_OFF)

    assert client.get("/keys/")["Location"] == HOME
    # In the other browser nothing counts any more, either.
    assert (hears(other), is_in(other)) == (False, False)


@pytest.mark.usefixtures("of_everybody")
def test_who_lost_it_sets_up_another_in_every_browser(alice):
    client = browser_with_password(alice)
    set_up_app(client)
    assert is_in(client)

    call_command("turn_off_second_factor", alice.user.email, stdout=StringIO())

    assert (hears(client), is_in(client)) == (False, False)


@pytest.mark.usefixtures("of_staff")
def test_of_staff_it_is_demanded_and_of_nobody_else(alice, bob):
    User.objects.filter(pk=alice.user.pk).update(is_staff=True, is_superuser=True)
    alices, bobs = browser_with_password(alice), browser_with_password(bob)

    assert (is_in(bobs), hears(bobs)) == (True, True)
    assert [alices.get(path)["Location"] for path in ("/keys/", "/admin/")] == [HOME] * 2
    assert not hears(alices)
    set_up_app(alices)
    assert (is_in(alices), alices.get("/admin/").status_code) == (True, 200)


@pytest.mark.usefixtures("of_everybody")
@pytest.mark.parametrize(
    "path", ["/sealing-key.json", "/about/privacy/", "/accounts/logout/", "/favicon.ico"]
)
def test_what_is_for_all_stays_so(alice, path):
    answer = browser_with_password(alice).get(path)

    assert answer.headers.get("Location") != HOME
    assert answer.status_code in {200, 302}
