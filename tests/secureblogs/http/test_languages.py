"""The site speaks English, whatever a browser would rather hear; Django and allauth know many languages."""

import re

import pytest
from django.test import Client

from secureblogs.admin import site
from secureblogs.running.doctor.examination import INSIDE, examine
from tests.mails import delivered
from tests.pages import signed_in

LANGUAGES = ["de-DE,de;q=0.9,en;q=0.1", "ar"]


def shown(
    client: Client, address: str, language: str, form: dict[str, str] | None = None
) -> tuple[str, str, str]:
    """The language of a page, and the page without what differs each time."""
    ask = client.get if form is None else client.post
    response = ask(address, form, headers={"accept-language": language})
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    opening = re.search(r"<html [^>]*>", text)
    assert opening
    return response["Content-Language"], opening[0], text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address", ["/", "/accounts/signup/", "/accounts/confirm-email/nonsense/", "/nothing/"]
)
def test_a_visitor_gets_english_pages(address, language, db):
    english = shown(Client(), address, "en")

    assert english[:2] == ("en", '<html lang="en" dir="ltr">')
    assert shown(Client(), address, language) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_so_do_a_member_and_what_django_and_allauth_say_of_a_form(language, alice, group):
    wrong = {"oldpassword": "wrong", "password1": ""}
    for address, form in [(group.get_absolute_url(), None), ("/accounts/password/change/", wrong)]:
        english = shown(signed_in(alice), address, "en", form)

        assert english[:2] == ("en", '<html lang="en" dir="ltr">')
        assert shown(signed_in(alice), address, language, form) == english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/groups/group/"])
def test_so_does_an_administrator(address, language, administrator, group, monkeypatch):
    # What the doctor finds may change between two looks.
    findings = examine(INSIDE)
    monkeypatch.setattr(site, "examine", lambda checks: findings)
    english = shown(administrator, address, "en")

    assert english[:2] == ("en", '<html lang="en" dir="ltr">')
    assert shown(administrator, address, language) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_so_are_mails(language, alice):
    Client().post(
        "/accounts/password/reset/", {"email": alice.user.email}, headers={"accept-language": language}
    )

    assert delivered()[0].subject == "Choose a new password"
    assert "wants to choose a new password" in str(delivered()[0].body)
