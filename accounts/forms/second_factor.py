"""The forms of the second factor, as django-allauth asks for them."""

import struct
from textwrap import wrap

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import guessing
from accounts.domain import account_notices
from accounts.forms.fields import LineField, say_once
from accounts.models import User

# A code is taken so many seconds before and after its own thirty, and once in all of them.
SECONDS_OF_CODE = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)
MOST_PASSKEYS = 20
LONGEST_CREDENTIAL = 32 * 1024
NEEDS_SCRIPT = _("No passkey was used. That needs a browser which runs this site's scripts.")
# What fido2 raises at answers that no browser gives.
NOT_AN_ANSWER = (AttributeError, InvalidSignature, LookupError, TypeError, ValueError, struct.error)
# In the session, sealed: the secret that an app is to take, until it proves that it has.
_OFFERED = "totp_offered"


class CredentialField(forms.JSONField):
    """What a browser says of a passkey. The field parses nothing that is longer."""

    widget = forms.HiddenInput
    default_error_messages = {"required": NEEDS_SCRIPT}

    def __init__(self) -> None:
        super().__init__(label=_("Passkey"))

    def to_python(self, value: object) -> object:  # type: ignore[override]  # Its stub is that of a text.
        try:
            if len(str(value or "")) <= LONGEST_CREDENTIAL:
                return super().to_python(value)
        except (ValueError, RecursionError):
            # Python reads no such numbers and depths.
            pass
        raise get_adapter().validation_error("incorrect_code")

    def bound_data(self, data: object, initial: object) -> object:
        # A browser answers each question anew: the page gives back no answer that it refused.
        return initial


class CodeForm(base_forms.BaseAuthenticateForm):
    """'Code', of the app or one of the backup codes."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say_once(
            self.fields["code"],
            label=_("Code"),
            hint=_("The six digits that your app shows, or one of your backup codes."),
        )
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            if error.code != "too_many_login_attempts":
                raise
            account_notices.tell_of_keys(self.user, "codes_guessed")
            raise guessing.too_many_codes(context.request, self.user) from None
        if self.authenticator.type == Authenticator.Type.TOTP and not _spend(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeForm, base_forms.AuthenticateForm):
    """The step after the password."""


class ReauthenticateForm(CodeForm, base_forms.ReauthenticateForm):
    """Before a sensitive step, for who has no password."""


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """'Code', by which an app proves that it has taken the secret."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        say_once(self.fields["code"], label=_("Code"), hint=_("The six digits that your app shows now."))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        # allauth keeps it in the clear, and so in the database.
        session = context.request.session
        clear_totp_secret(context.request)
        if self.is_bound and _OFFERED in session:
            self.secret = get_adapter().decrypt(session[_OFFERED])
        else:
            session[_OFFERED] = get_adapter().encrypt(self.secret)

    @property
    def secret_groups(self) -> str:
        """As people type it."""
        return " ".join(wrap(self.secret, 4))

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            if error.code == "rate_limited":
                raise guessing.too_many_codes(context.request, self.user) from None
            raise
        context.request.session.pop(_OFFERED, None)
        # Somebody who saw the code typed here can't log in by it: it is used.
        _spend(self.user, code)
        return code


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):
    """'Name', 'Log in with it alone'; a script adds what the browser says."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineField(label=_("Name"), max_length=50, required=False)
        self.fields["passwordless"].label = _("Log in with it alone")
        self.fields["passwordless"].help_text = _(
            "Without your address and password. The device then asks for its own PIN, your finger or your face."
        )
        self.fields["credential"] = CredentialField()

    def clean(self) -> dict[str, object]:
        passkeys = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN)
        if passkeys.count() >= MOST_PASSKEYS:
            sentence = ngettext(
                "You have %(most)d passkey, and more are not possible. Remove it if you no longer use it.",
                "You have %(most)d passkeys, and more are not possible. Remove one that you no longer use.",
                MOST_PASSKEYS,
            )
            raise ValidationError(sentence, code="too-many", params={"most": MOST_PASSKEYS})
        try:
            cleaned: dict[str, object] = super().clean()
        except NOT_AN_ANSWER:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class EditWebAuthnForm(webauthn_forms.EditWebAuthnForm):
    """'Name'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineField(label=_("Name"), max_length=50)


class PasskeyForm(webauthn_forms.AuthenticateWebAuthnForm):
    """What a browser says when it used a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER:
            raise get_adapter().validation_error("incorrect_code") from None
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                raise guessing.too_many_codes(context.request, self.user) from None
            if error.code == "incorrect_code":
                sentence = gettext("That was no passkey of an account here.")
                raise ValidationError(sentence, code="incorrect_code") from None
            raise


class AuthenticateWebAuthnForm(PasskeyForm):
    """The step after the password."""


class LoginWebAuthnForm(PasskeyForm, webauthn_forms.LoginWebAuthnForm):
    """In place of address and password."""

    def clean_credential(self) -> Authenticator:
        said = self.cleaned_data["credential"]
        authenticator = super().clean_credential()
        # The options of another page, which asks for less, would do for allauth: a stolen stick needs no PIN there.
        if not parse_authentication_response(said).response.authenticator_data.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


class ReauthenticateWebAuthnForm(PasskeyForm, webauthn_forms.ReauthenticateWebAuthnForm):
    """Before a sensitive step."""


def _spend(user: User, code: str) -> bool:
    """Note that an app's code was used; whether it was not before, however somebody wrote its digits.

    allauth notes it for thirty seconds, which is not as long as it counts.
    """
    used = f"second-factor/used/{user.pk}/{normalize_user_code(code)}"
    return cache.add(used, True, SECONDS_OF_CODE)
