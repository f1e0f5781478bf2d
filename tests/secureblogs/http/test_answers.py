"""A program gets JSON and a person a page, whatever the answer is."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from secureblogs.http.answers import Unprocessable, for_programs, for_programs_and_forms, wants_json
from secureblogs.urls import handler400, handler403, handler404, handler500  # noqa: F401  (Django looks for them)
from secureblogs.urls import urlpatterns as site_urlpatterns

PAGE, JSON = "text/html; charset=utf-8", "application/json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
STATUSES = {
    BadRequest: 400,
    PermissionDenied: 403,
    Http404: 404,
    Unprocessable: 422,
    ValueError: 500,
    # PostgreSQL is away; with a real one in tests/faults/test_disk_full.py.
    OperationalError: 503,
    InterfaceError: 503,
}
ERRORS = {error.__name__: error for error in STATUSES}


def answer(request: HttpRequest) -> HttpResponse:
    return JsonResponse({}) if wants_json(request) else HttpResponse()


def refuse(request: HttpRequest, error: str) -> HttpResponse:
    raise ERRORS[error]("A sentence.")


urlpatterns = [
    *site_urlpatterns,
    path("page/", answer),
    path("programs/", for_programs(lambda request: answer(request))),
    path("both/", for_programs_and_forms(lambda request: answer(request))),
    path("refuses/<error>/", for_programs(refuse)),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("accept", "sent", "page", "programs", "both"),
    [
        # A client that says what it takes gets it at every address.
        (BROWSER, FORM, PAGE, PAGE, PAGE),
        ("application/json", FORM, JSON, JSON, JSON),
        ("text/html;q=0.5, application/json", FORM, JSON, JSON, JSON),
        ("application/json;q=0.5, text/*", "", PAGE, PAGE, PAGE),
        # Nobody who sends JSON is a person in front of a form.
        (BROWSER, "application/json", JSON, JSON, JSON),
        ("*/*", "application/json; charset=utf-8", JSON, JSON, JSON),
        # A client that does not say gets what the address is for.
        ("*/*", "", PAGE, JSON, JSON),
        ("", "", PAGE, JSON, JSON),
        ("image/png", "text/plain", PAGE, JSON, JSON),
        ("*/*", FORM, PAGE, JSON, PAGE),
        ("*/*", PARTS, PAGE, JSON, PAGE),
    ],
)
def test_who_gets_what(accept, sent, page, programs, both):
    answers = [
        Client().generic("POST", address, "{}", content_type=sent, headers={"accept": accept})
        for address in ("/page/", "/programs/", "/both/")
    ]

    assert [answer.headers["Content-Type"] for answer in answers] == [page, programs, both]


@pytest.mark.parametrize("error", ERRORS)
def test_every_refusal_has_one_shape_for_programs_and_a_page_for_people(error):
    client, status = Client(raise_request_exception=False), STATUSES[ERRORS[error]]

    to_program = client.get(f"/refuses/{error}/")
    to_person = client.get(f"/refuses/{error}/", headers={"accept": BROWSER})

    assert (to_program.status_code, to_person.status_code) == (status, status)
    ((whole, sentences),) = to_program.json()["errors"].items()
    assert (whole, len(sentences)) == ("__all__", 1)
    assert "data-error" in to_person.content.decode()
    # A script leads back to what was typed.
    assert "<script" in to_person.content.decode()
    retry_after = "5" if status == 503 else None
    assert [each.headers.get("Retry-After") for each in (to_program, to_person)] == [retry_after] * 2


def test_what_is_unprocessable_says_why():
    assert Client().get("/refuses/Unprocessable/").json() == {"errors": {"__all__": ["A sentence."]}}
