"""The other forms of the account pages, as django-allauth asks for them."""

from allauth.account import forms as allauth_forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms.fields import say_once
from accounts.models import User


def _password_hint() -> str:
    return ngettext(
        "At least %(least)d character, and not one that many people use.",
        "At least %(least)d characters, and not one that many people use.",
        settings.SHORTEST_PASSWORD,
    ) % {"least": settings.SHORTEST_PASSWORD}


PASSWORD_HINT = lazy(_password_hint, str)()


class LoginForm(allauth_forms.LoginForm):
    """'Email', 'Password'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say_once(self.fields["login"], label=_("Email"))
        say_once(self.fields["password"], label=_("Password"))


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """'Password', once more."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say_once(self.fields["password"], label=_("Password"))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """'Email'."""

    users: list[User]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say_once(self.fields["email"], label=_("Email"))

    def clean_email(self) -> str:
        email: str = super().clean_email()
        # allauth also finds who only wants to change to this address: its owner would be led to a stranger's account.
        self.users = [user for user in self.users if user.email.lower() == email.lower()]
        return email


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """'Current password', 'New password'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        say_once(self.fields["oldpassword"], label=_("Current password"))
        say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """'New password', for an account that has none."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """'New password', by the link of an email."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)
