"""People with an app or a passkey, as the pages make them."""

import json
from collections.abc import Mapping

from django.test import Client

from tests.answers import Answer
from tests.cast import PASSWORD, Person
from tests.pages import page, whole
from tests.passkeys import HOST, Options, Passkey, code_of

HOME = "/accounts/2fa/"
STEP = f"{HOME}authenticate/"
APP, APP_OFF = f"{HOME}totp/activate/", f"{HOME}totp/deactivate/"
PASSKEYS, ADD, ALONE = f"{HOME}webauthn/", f"{HOME}webauthn/add/", f"{HOME}webauthn/login/"
CODES, NEW_CODES = f"{HOME}recovery-codes/", f"{HOME}recovery-codes/generate/"
CONFIRM_BY_CODE, CONFIRM_BY_PASSKEY = f"{HOME}reauthenticate/", f"{HOME}webauthn/reauthenticate/"


def browser() -> Client:
    """At an address where browsers know passkeys."""
    return Client(SERVER_NAME=HOST)


def type_password(client: Client, person: Person, *, onward: str = "/groups/") -> Answer:
    """The first step of a log-in."""
    typed = {"login": person.user.email, "password": PASSWORD, "next": onward}
    return client.post("/accounts/login/", typed)


def logged_in(person: Person) -> Client:
    """In front of a browser that was just logged in, without a second factor."""
    client = browser()
    type_password(client, person)
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/keys/").status_code == 200


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """The secret of an app that counts from now on, and the backup codes that came along."""
    secret = page(client.get(APP)).one("code", data_app_secret="").text
    assert client.post(APP, {"code": code_of(secret)})["Location"] == CODES
    return secret, shown_codes(client)


def shown_codes(client: Client) -> list[str]:
    return [code.text for code in page(client.get(CODES)).all("code", data_backup_code="")]


def options_of(answer: Answer) -> Options:
    """What the page asks of the browser."""
    (script,) = whole(answer).all("script", type="application/json")
    options: Options = json.loads("".join(str(part) for part in script.children))
    return options


def add_passkey(client: Client, passkey: Passkey, *, name: str = "Stick") -> Answer:
    said = passkey.make(options_of(client.get(ADD)))
    return client.post(ADD, {"name": name, "credential": json.dumps(said), "passwordless": "on"})


def asked_alone(client: Client) -> Options:
    """The options for who has typed nothing."""
    options: Options = client.get(ALONE, headers={"accept": "application/json"}).json()["request_options"]
    return options


def prove(client: Client, address: str, said: Mapping[str, object], **fields: str) -> Answer:
    """Post what a browser said of a passkey."""
    return client.post(address, {"credential": json.dumps(said), **fields})
