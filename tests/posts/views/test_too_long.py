"""A body is longer than anything that the site reads: each address says so in the form that it speaks."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from posts.models import Post, ReadRequest
from tests.cast import Person
from tests.pages import signed_in
from tests.posts.requests.calls import HTML, everything

TOO_LONG = {"errors": {"__all__": ["That is more than anything here needs: nothing of it was read."]}}
CALLS = [
    "/posts/{post}/request_read/",
    "/requests/{request}/approve/",
    "/requests/{request}/reject/",
    "/requests/{request}/report/",
]


@pytest.fixture(autouse=True)
def short(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000


def address(call: str, post: Post, read_request: ReadRequest) -> str:
    return call.format(post=post.uid, request=read_request.pk)


def client_of(call: str, alice: Person, late: Person) -> Client:
    is_authors = "approve" in call or "reject" in call
    return signed_in(alice if is_authors else late)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_program_is_told_in_json(kind, call, post, read_request, alice, late):
    before = everything()
    body = json.dumps({"message": "x" * 1000}) if "json" in kind else "message=" + "x" * 1000

    answer = client_of(call, alice, late).post(
        address(call, post, read_request), body, content_type=kind, headers={"Accept": "application/json"}
    )

    assert (answer.status_code, answer.json()) == (413, TOO_LONG)
    assert everything() == before


@pytest.mark.parametrize("call", CALLS)
def test_signed_out_or_not_the_one_to_call_it_is_answered_as_ever(call, post, read_request, mallory):
    where, body = address(call, post, read_request), json.dumps({"message": "x" * 1000})

    answers = [
        client.post(where, body, content_type="application/json") for client in (Client(), signed_in(mallory))
    ]

    assert [answer.status_code for answer in answers] == [401, 404]


def test_a_browser_is_told_on_a_page_and_a_script_that_adds_a_key_in_json(post, late, alice):
    answer = signed_in(late).post(
        f"/posts/{post.uid}/request_read/",
        "message=" + "x" * 1000,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": HTML},
    )

    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")

    answer = signed_in(alice).post(
        "/keys/",
        "public_key=" + "x" * 1000,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "application/json"},
    )

    assert (answer.status_code, answer.json()) == (413, TOO_LONG)
