"""Where the links of mails lead, and who puts words into them."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD
from tests.mails import delivered

SIGN_UP = {"name": "Zoe", "email": "zoe@example.org", "password1": PASSWORD}


def links() -> list[str]:
    [message] = delivered()
    return re.findall(r"https?://\S+", str(message.body))


@pytest.mark.parametrize("host", ["localhost:1337", "127.0.0.1:80", "[::1]:9"])
def test_a_reset_link_leads_to_this_site_whatever_host_the_request_names(host, alice):
    browser = Client(headers={"host": host})
    assert browser.post("/accounts/password/reset/", {"email": alice.user.email}).status_code == 302

    [link] = links()

    assert link.startswith(f"{settings.SITE_URL}/accounts/password/reset/key/")
    assert host not in str(delivered()[0].body)
    assert Client().get(link.removeprefix(settings.SITE_URL), follow=True).status_code == 200


@pytest.mark.django_db
def test_so_do_the_mails_to_strangers():
    Client(headers={"host": "localhost:1337"}).post("/accounts/password/reset/", {"email": "no@example.org"})

    assert links() == [f"{settings.SITE_URL}/accounts/signup/"]


@pytest.mark.django_db
def test_so_do_confirmations_and_nobody_says_something_to_strangers_by_them(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = SIGN_UP | {"name": "Win a car: evil.example/car"}

    Client(headers={"host": "localhost:1337"}).post("/accounts/signup/?next=/join/abc/", form)

    assert User.objects.filter(name="Win a car: evil.example/car").exists()
    [link] = links()
    assert link.startswith(f"{settings.SITE_URL}/accounts/confirm-email/")
    assert link.endswith("/?next=%2Fjoin%2Fabc%2F")
    assert "evil.example" not in f"{delivered()[0].subject} {delivered()[0].body}"
