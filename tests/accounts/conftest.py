"""Fixtures for accounts: a site that verifies addresses, and a second sign-up that comes first."""

import pytest

from accounts.forms import signing_up as forms
from accounts.models import User
from tests.cast import PASSWORD


@pytest.fixture
def verified(settings, db: None) -> None:
    """As with an EMAIL_URL."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def somebody_faster(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The name of somebody who signs up with the same address after the form has looked: only the database can tell."""
    name: str = getattr(request, "param", "Faster")

    class Faster(forms.SignupForm):
        def clean(self):
            cleaned = super().clean()
            if not User.objects.exists():
                User.objects.create_user(str(cleaned["email"]), PASSWORD, name=name)
            return cleaned

    monkeypatch.setattr(forms, "SignupForm", Faster)
    return name
