"""While the database is in trouble; with a real one in tests/faults/test_disk_full.py."""

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from secureblogs.urls import urlpatterns as site_urlpatterns

ERRORS = {"operational": OperationalError, "interface": InterfaceError, "value": ValueError}


def breaks(request: HttpRequest, error: str) -> HttpResponse:
    raise ERRORS[error]


urlpatterns = [*site_urlpatterns, path("breaks/<error>/", breaks)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("error", ["operational", "interface"])
def test_a_page_says_that_nothing_can_be_saved_just_now(client: Client, error: str) -> None:
    response = client.get(f"/breaks/{error}/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "<h1>Not just now</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [{"data": "{}", "content_type": "application/json"}, {"headers": {"Accept": "application/json"}}],
)
def test_who_speaks_json_is_told_in_json(client: Client, asked: dict[str, str]) -> None:
    response = client.post("/breaks/operational/", **asked)  # type: ignore[arg-type]

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json() == {
        "errors": {
            "__all__": [
                "The site can't save anything just now. What you typed is still here; try again in a moment."
            ]
        }
    }


def test_a_mistake_of_ours_stays_a_500(client: Client) -> None:
    assert client.get("/breaks/value/").status_code == 500
