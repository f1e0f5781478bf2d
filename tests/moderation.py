"""Who uses the admin in the tests, and how."""

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group as Permissions
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Person, make_person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


@pytest.fixture
def administrator(db: None) -> Client:
    """The browser of somebody with every permission."""
    person = make_person("Root", with_key=False)
    person.user.is_staff = person.user.is_superuser = True
    person.user.save()
    return browser_of(person)


@pytest.fixture
def mona(db: None) -> Person:
    """Moderates: may use the admin with the permissions of 'Moderators', and belongs to no group."""
    person = make_person("Mona")
    person.user.is_staff = True
    person.user.save()
    person.user.groups.add(Permissions.objects.get(name="Moderators"))
    return person


@pytest.fixture
def moderator(mona: Person) -> Client:
    """Mona's browser."""
    return browser_of(mona)


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def address(thing: Model | type[Model], page: str) -> str:
    """The admin's page of a thing ('change', 'delete', 'history') or of a model ('changelist', 'add')."""
    name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}"
    return reverse(name, args=[] if isinstance(thing, type) else [thing.pk])


def act(client: Client, action: str, *things: Model, confirmed: bool = False, **data: str) -> "Answer":
    """Tick things in their list and choose an action; `confirmed` answers the page that asks first."""
    data |= {"action": action, **({"confirmed": "yes"} if confirmed else {})}
    chosen = {"_selected_action": [str(thing.pk) for thing in things]}
    return client.post(address(type(things[0]), "changelist"), {**data, **chosen})


def said(response: "Answer") -> list[str]:
    """The messages that an answer leaves for the next page."""
    messages = vars(response.wsgi_request)["_messages"]
    return [str(message) for message in messages._queued_messages]


def queries_of(client: Client, path: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
