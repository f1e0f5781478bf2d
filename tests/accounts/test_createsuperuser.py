"""`manage.py createsuperuser` without a question, as installers call it."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "Root@Example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a very good passphrase")


def test_an_address_and_a_password_are_enough():
    call_command("createsuperuser", interactive=False, verbosity=0)

    root = User.objects.get(email="root@example.org")
    assert (root.name, root.is_staff, root.is_superuser) == ("Root", True, True)
    assert root.check_password("a very good passphrase")


def test_the_first_administrator_gets_in_without_mail(settings, client):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    call_command("createsuperuser", interactive=False, verbosity=0)

    form = {"login": "root@example.org", "password": "a very good passphrase"}
    response = client.post("/accounts/login/", form)

    assert (response.status_code, mail.outbox) == (302, [])
    assert client.get("/admin/").status_code == 200


def test_a_name_counts_wherever_it_is_given(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_NAME", "Ruth")
    call_command("createsuperuser", interactive=False, verbosity=0)
    call_command("createsuperuser", interactive=False, verbosity=0, email="o@example.org", name="Oda")

    assert set(User.objects.values_list("email", "name")) == {
        ("root@example.org", "Ruth"),
        ("o@example.org", "Oda"),
    }


def test_a_used_address_is_one_sentence():
    call_command("createsuperuser", interactive=False, verbosity=0)

    with pytest.raises(CommandError, match=r"^This address already has an account\.$"):
        call_command("createsuperuser", interactive=False, verbosity=0, email="ROOT@example.org")
