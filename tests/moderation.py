"""The people who use the admin in the tests, and their steps."""

from typing import TypeVar

import pytest
from django.contrib.auth.models import Group as Permissions
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain import jobs
from tests.answers import Answer
from tests.cast import Person, make_person
from tests.pages import signed_in

M = TypeVar("M", bound=Model)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an action does at once does not depend on how busy the machine is."""
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 60)


@pytest.fixture
def administrator(db: None) -> Client:
    """The browser of somebody with every permission."""
    person = make_person("Root", with_key=False)
    person.user.is_staff = person.user.is_superuser = True
    person.user.save()
    return signed_in(person)


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
    return signed_in(mona)


def address(thing: Model | type[Model], page: str) -> str:
    """The admin's page of a thing ('change', 'delete', 'history') or of a model ('changelist', 'add')."""
    name = f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}"
    return reverse(name, args=[] if isinstance(thing, type) else [thing.pk])


def asked(client: Client, action: str, *things: Model) -> Answer:
    """Tick things in their list and choose an action: the page that asks first."""
    chosen = {"action": action, "_selected_action": [str(thing.pk) for thing in things]}
    return client.post(address(type(things[0]), "changelist"), chosen)


def act(client: Client, action: str, *things: Model, **options: str) -> Answer:
    """The same, and say yes on that page."""
    return say_yes(client, asked(client, action, *things), **options)


def delete(client: Client, thing: Model, **parameters: str) -> Answer:
    """Say yes on the page of a thing's own 'Delete'."""
    return say_yes(client, client.get(address(thing, "delete"), parameters))


def say_yes(client: Client, page: Answer, **options: str) -> Answer:
    """Press the button of a page that asks first; the page itself if it doesn't ask."""
    if page.context is None or "job" not in page.context:
        return page
    return client.post(reverse("admin:accounts_job_start", args=[page.context["job"].uid]), options)


def said(response: Answer) -> list[str]:
    """The messages that an answer leaves for the next page."""
    messages = vars(response.wsgi_request)["_messages"]
    return [str(message) for message in messages._queued_messages]


def listed(client: Client, model: type[M], query: str = "") -> list[M]:
    """The rows of a model's list, as far as the query narrows it."""
    return list(client.get(f"{address(model, 'changelist')}?{query}").context["cl"].result_list)


def queries_of(client: Client, path: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
