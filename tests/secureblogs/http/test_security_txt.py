"""/.well-known/security.txt, by RFC 9116."""

from datetime import datetime, timedelta

from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from tests.raw_http import send

ADDRESS = "/.well-known/security.txt"


def test_it_names_the_contacts_of_the_settings_for_some_months(settings):
    settings.SECURITY_CONTACTS = ["security@example.org", "https://example.org/report"]

    response = Client().get(ADDRESS)

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    lines = [line.split(": ", 1) for line in response.text.splitlines()]
    expires = datetime.fromisoformat(dict(lines)["Expires"])
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert [line for line in lines if line[0] != "Expires"] == [
        ["Contact", "mailto:security@example.org"],
        ["Contact", "https://example.org/report"],
        ["Preferred-Languages", "en"],
        ["Canonical", f"{site.SITE_URL}{ADDRESS}"],
    ]


def test_without_a_contact_there_is_none(db, settings):
    settings.SECURITY_CONTACTS = []

    assert Client().get(ADDRESS).status_code == 404


def test_a_site_that_is_only_tried_out_has_one(site):
    answer = send(site, "GET", ADDRESS)

    assert (answer.status, answer.body.decode().splitlines()[0]) == (
        200,
        "Contact: mailto:security@localhost",
    )
