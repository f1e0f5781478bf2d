"""SIGNUP: who may make an account."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.domain.signing_up import read_rule
from accounts.models import User
from groups.domain import invitations
from tests.cast import PASSWORD

SIGNUP, LOGIN = "/accounts/signup/", "/accounts/login/"


def sign_up(email: str = "zoe@example.org", *, after: str = "") -> str:
    """The page that comes of it, in words that tell it from others."""
    fields = {"name": "Zoe", "email": email, "password1": PASSWORD, "next": after}
    response = Client().post(SIGNUP, fields)
    return response.get("Location") or response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "offers", "words"),
    [
        ("open", True, "Sign up"),
        ("domains:example.org", True, "Sign up"),
        ("invitation", False, "You need an invitation to sign up here"),
        ("closed", False, "Nobody can sign up here."),
    ],
)
def test_pages_offer_what_a_visitor_may_do(settings, rule, offers, words):
    settings.SIGNUP = rule

    assert words in Client().get(SIGNUP).content.decode()
    for page in ("/", LOGIN, "/about/privacy/"):
        assert (f'href="{SIGNUP}"' in Client().get(page).content.decode()) == offers
    assert (sign_up() == "/keys/welcome/?next=%2F", User.objects.count()) == (offers, int(offers))


def test_an_invitation_is_enough_while_it_can_be_used(settings, group, alice):
    settings.SIGNUP = "invitation"
    link = f"/join/{invitations.create(group, by=alice.user, days=7)}/"
    for path in ("/join/made-up/", f"/groups/{group.slug}/", "//evil.example/", "/nowhere"):
        assert "You need an invitation" in sign_up(after=path)
    assert f'href="{SIGNUP}?next=' in Client().get(LOGIN, {"next": link}).content.decode()

    assert sign_up(after=link).startswith("/keys/welcome/?next=%2Fjoin%2F")

    invitations.revoke(group.invitations.get())
    assert "You need an invitation" in sign_up("yann@example.org", after=link)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "is_taken"),
    [
        ("zoe@example.org", True),
        ("zoe@EXAMPLE.COM", True),
        ("zoe@sub.example.org", False),
        ("zoe@notexample.org", False),
        ("zoe@example.org.evil.example", False),
    ],
)
def test_an_address_elsewhere_is_told_where_they_come_from(settings, email, is_taken):
    settings.SIGNUP = "domains: example.org, Example.com"

    refused = "Only addresses at example.com or example.org can sign up here." in sign_up(email)

    assert (not refused, User.objects.exists()) == (is_taken, is_taken)


@pytest.mark.parametrize("text", ["", "everybody", "domains:", "domains: ,", "Open"])
def test_a_rule_that_is_none_is_named(text):
    with pytest.raises(ImproperlyConfigured, match="set one of open, invitation, closed, or domains:"):
        read_rule(text)
