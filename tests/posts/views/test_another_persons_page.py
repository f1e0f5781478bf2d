"""A page of Bob's that is still open after Mallory logged in in another tab: nothing of it becomes hers."""

import uuid

import pytest
from django.test import Client

from accounts.models import PublicKey
from groups.domain import members
from groups.models import Group
from posts.models import Post, SealedDraft
from tests.cast import PASSWORD, Person
from tests.posts.views.test_writing import body_of, send

SENTENCE = "Somebody else is logged in in this browser now, so nothing was changed."


def log_in(browser: Client, person: Person) -> str:
    """Log in in a tab of this browser; the token of the pages that it opens from now on."""
    token = browser.get("/accounts/login/").context["csrf_token"]
    form = {"login": person.user.email, "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
    assert browser.post("/accounts/login/", form).status_code == 302
    return str(browser.get("/groups/new/").context["csrf_token"])


@pytest.fixture
def browser(bob: Person, mallory: Person, group: Group) -> tuple[Client, str]:
    """Mallory's session, and the token of a page that Bob left open. Both may do what the page is for."""
    members.join(group, user=mallory.user)
    client = Client(enforce_csrf_checks=True)
    token = log_in(client, bob)
    client.post("/accounts/logout/", {"csrfmiddlewaretoken": token})
    return client, token


def refusal(person: Person) -> dict[str, object]:
    return {"errors": {"__all__": [SENTENCE]}, "signed_in_as": str(person.user.uid)}


def test_a_call_of_his_page_is_refused_with_words(browser, bob, mallory, group):
    client, _ = browser
    token = log_in(client, mallory)
    label = {"label": "Phone", "public_key": "anything"}
    headers = {"X-CSRFToken": token, "accept": "application/json", "X-Signed-In-As": str(bob.user.uid)}

    answers = [
        client.post("/keys/", label, headers=headers),
        send(client, group, body_of(bob, group), **headers),
        client.get("/requests/waiting.json", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert [answer.json() for answer in answers] == [refusal(mallory)] * 3
    # The same calls of her own page come through.
    headers["X-Signed-In-As"] = str(mallory.user.uid)
    assert send(client, group, body_of(mallory, group), **headers).status_code == 201
    assert client.get("/requests/waiting.json", headers=headers).status_code == 200


def test_a_form_of_his_page_is_refused(browser, mallory):
    client, his_token = browser
    her_token = log_in(client, mallory)
    form = {"name": "Runners", "description": "", "joining": "invitation"}

    refused = client.post("/groups/new/", form | {"csrfmiddlewaretoken": his_token})

    assert refused.status_code == 403
    assert not Group.objects.filter(name="Runners").exists()
    # The same form of her own page makes the group.
    assert client.post("/groups/new/", form | {"csrfmiddlewaretoken": her_token}).status_code == 302


def test_a_post_that_names_another_author_is_refused(browser, bob, mallory, group):
    client, _ = browser
    headers = {"X-CSRFToken": log_in(client, mallory)}

    response = send(client, group, body_of(mallory, group) | {"author": str(bob.user.uid)}, **headers)

    assert (response.status_code, response.json()) == (409, refusal(mallory))
    assert not Post.objects.exists()
    assert not SealedDraft.objects.exists()
    named = body_of(mallory, group) | {"author": str(mallory.user.uid)}
    assert send(client, group, named, **headers).status_code == 201


@pytest.mark.parametrize("author", [None, ""])
def test_a_post_may_leave_its_author_to_the_session(browser, mallory, group, author):
    client, _ = browser
    headers = {"X-CSRFToken": log_in(client, mallory)}

    assert send(client, group, body_of(mallory, group) | {"author": author}, **headers).status_code == 201


@pytest.mark.parametrize(
    ("author", "sentence"), [(7, "This must be a string."), ("me", "This must be a UUID.")]
)
def test_an_author_that_is_no_uid_is_malformed(browser, mallory, group, author, sentence):
    client, _ = browser
    headers = {"X-CSRFToken": log_in(client, mallory)}

    response = send(client, group, body_of(mallory, group) | {"author": author}, **headers)

    assert (response.status_code, response.json()) == (422, {"errors": {"author": [sentence]}})


def test_a_made_up_person_is_somebody_else(browser, mallory):
    client, _ = browser
    log_in(client, mallory)

    for name in (str(uuid.uuid4()), "", "mallory"):
        assert client.get("/requests/waiting.json", headers={"X-Signed-In-As": name}).status_code == 409
    assert PublicKey.objects.filter(user=mallory.user).count() == 1
