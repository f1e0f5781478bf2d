"""The doctor on the provider by which people log in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from secureblogs.running.doctor.provider import check_provider
from tests.secureblogs.running.doctor.findings import found, words_of
from tests.secureblogs.running.doctor.servers import answering

pytestmark = pytest.mark.usefixtures("complete")
PROVIDER = {
    "OIDC_SERVER_URL": "https://login.example.org",
    "OIDC_CLIENT_ID": "secureblogs",
    "OIDC_CLIENT_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"OIDC_SERVER_URL": ""}, ["OIDC_CLIENT_SECRET is set, but not OIDC_SERVER_URL"]),
        ({"OIDC_SERVER_URL": "", "OIDC_CLIENT_SECRET": ""}, []),
        ({"OIDC_CLIENT_ID": ""}, ["OIDC_SERVER_URL is set, but not what this site is called there"]),
        ({"OIDC_CLIENT_SECRET": ""}, ["OIDC_SERVER_URL is set, but not what this site is called there"]),
        ({"OIDC_SERVER_URL": "http://login.example.org"}, ["OIDC_SERVER_URL is no https address"]),
        ({"OIDC_SERVER_URL": "http://localhost:9000"}, []),
    ],
)
def test_settings_of_a_provider_that_are_half_set_or_unsafe_are_found(settings, changed, words):
    for name, value in (PROVIDER | changed).items():
        setattr(settings, name, value)

    assert [what.partition(":")[0].partition(", with")[0] for what in found()] == words


@pytest.mark.parametrize(
    ("path", "origins", "words"),
    [
        ("", ["https://pages.example.org"], []),
        ("", ["https://login.example.org"], ["The provider asks people at https://pages.example.org"]),
        (
            "/none",
            [],
            ["The provider at http://localhost:{port}/none does not say how to log in: HTTPError."],
        ),
        ("/odd", [], ["The provider at http://localhost:{port}/odd does not say how to log in: KeyError."]),
        (":1", [], ["The provider at http://localhost:{port}:1 does not say how to log in: InvalidURL."]),
    ],
)
def test_a_provider_that_is_away_or_asks_elsewhere_is_found(settings, path, origins, words):
    with discovery() as port:
        url = f"http://localhost:{port}{path}"
        settings.OIDC_SERVER_URL, settings.OIDC_ORIGINS = url, origins
        app = {"provider_id": "provider", "name": "", "client_id": "", "settings": {"server_url": url}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

        wrong = [what.partition(", and")[0] for what in words_of(check_provider())]

    assert wrong == [each.format(port=port) for each in words]


@contextmanager
def discovery() -> Iterator[int]:
    """The port of a provider that says where it asks people; /odd says nothing, and /none is not there."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_known = self.path.removeprefix("/odd") == "/.well-known/openid-configuration"
            self.send_response(200 if is_known else 404)
            self.end_headers()
            place = {"authorization_endpoint": "https://pages.example.org/a"}
            self.wfile.write(json.dumps({} if self.path.startswith("/odd") else place).encode())

    with answering(Provider) as port:
        yield port
