"""PostgreSQL takes no writes, as after a failover, or is away: whatever needs it is told to come again."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from tests.answers import Answer
from tests.cast import PASSWORD
from tests.pages import signed_in
from tests.routes import HTML, JSON, ROUTES, through
from tests.test_outsiders import scene  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "another horse battery"
# These find nothing to write in their scene: a member who joins again, no wrapped keys, and no device's key.
WRITE_NOTHING = {"post groups:join", "post posts:approve_request", "post accounts:offer_device"}


@contextmanager
def read_only() -> Iterator[None]:
    """Have PostgreSQL refuse every write of this connection, as a standby does."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        try:
            yield
        finally:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


def told(response: Answer) -> tuple[int, str | None]:
    return response.status_code, response.headers.get("Retry-After")


@pytest.mark.slow
def test_what_can_be_read_is_still_there_and_every_write_is_told_to_come_again(scene):  # noqa: F811
    clients = {route.entitled: signed_in(scene.people[route.entitled]) for route in ROUTES}
    for client in clients.values():
        client.raise_request_exception = False

    with read_only():
        answers = {str(route): through(clients[route.entitled], route, scene) for route in ROUTES}

    writes = {str(route) for route in ROUTES if route.body is not None} - WRITE_NOTHING
    expected = {str(route): (route.status, None) for route in ROUTES} | dict.fromkeys(writes, (503, "5"))
    assert {route: told(answer) for route, answer in answers.items()} == expected


def test_what_is_ones_own_is_told_likewise(scene):  # noqa: F811
    client, a_uid = signed_in(scene.people["alice"]), str(uuid.uuid4())
    client.raise_request_exception = False
    file, key = f"/files/{scene.values['file']}", "a" * 64
    nothing = {"fingerprint": key, "wraps": [], "failed": [], "objects": [], "failed_objects": []}
    calls = [
        ("POST", "/files/", {"uid": a_uid, "post": scene.values["post"], "size": 1000}),
        ("DELETE", file, {}),
        ("PUT", "/keys/store/people", {"generation": 1, "version": 1, "sealed": "A" * 1000}),
        ("DELETE", "/keys/store/people", {}),
        ("POST", "/keys/lift.json", nothing),
        ("POST", "/keys/admissions/", {"uid": a_uid}),
        ("POST", "/keys/used/", {"fingerprint": key}),
        ("POST", "/accounts/sessions/end_others/", {}),
    ]

    with read_only():
        answers = [
            client.generic(verb, address, json.dumps(body), content_type=JSON)
            for verb, address, body in calls
        ]
        pages = [
            client.get(page).status_code for page in ("/accounts/data/download/", "/search/", "/drafts/")
        ]

    assert [told(answer) for answer in answers] == [(503, "5")] * len(calls)
    assert pages == [200] * 3


def test_nobody_comes_in_or_goes_out_and_is_told_when_to_try_again(alice):
    email = alice.user.email
    passwords = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    forms = {
        "signup": {"name": "Nina", "email": "nina@example.org", "password1": NEW_PASSWORD},
        "login": {"login": email, "password": PASSWORD},
        "password/reset": {"email": email},
        "logout": {},
        "password/change": passwords,
    }
    inside, outside = signed_in(alice), Client()
    inside.raise_request_exception = outside.raise_request_exception = False

    with read_only():
        answers = {
            name: (inside if name in ("logout", "password/change") else outside).post(
                f"/accounts/{name}/", form, headers={"accept": HTML}
            )
            for name, form in forms.items()
        }
        assert inside.get("/groups/").status_code == 200

    assert {name: told(answer) for name, answer in answers.items()} == dict.fromkeys(forms, (503, "5"))


@pytest.mark.parametrize(
    "where", ["in a view", "on an error page", "where a token is checked", "in the administration"]
)
def test_while_postgresql_is_away_nobody_is_told_of_a_mistake(alice, where, monkeypatch):
    client = signed_in(alice, enforce_csrf_checks=True)
    client.raise_request_exception = False
    # Nobody listens there.
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")

    match where:
        case "in a view":
            answer = client.get("/groups/")
        case "on an error page":
            answer = client.get("/no/such/page/")
        case "where a token is checked":
            answer = client.post("/groups/new/", {"name": "Without a token"})
        case _:
            answer = client.get("/admin/")

    assert told(answer) == (503, "5")
    assert "<h1>Not just now</h1>" in answer.content.decode()
