"""The forms of the account pages (what django-allauth asks for) and of a new public key."""

from typing import TYPE_CHECKING

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import keys, pasted
from accounts.models import PublicKey, User
from accounts.validators import validate_line
from secureblogs.crypto import public_keys
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.refusals import REFUSALS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PASSWORD_HINT = _("At least 8 characters, and not one that many people use.")


class SignupForm(allauth_forms.SignupForm):
    """'Name', 'Email', 'Password'."""

    name = forms.CharField(label=_("Name"), max_length=50, validators=[validate_line])
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "dir": "auto"}
        longest = User._meta.get_field("email").max_length
        assert longest is not None
        self.fields["email"].validators.append(MaxLengthValidator(longest))
        _say_once(self.fields["email"], label=_("Email"))
        _say_once(self.fields["password1"], label=_("Password"), hint=PASSWORD_HINT)

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean()
        name, password = cleaned.get("name"), cleaned.get("password1")
        if name and password and not self.has_error("password1"):
            # What allauth compares the password with knows no name yet.
            similarity = password_validation.UserAttributeSimilarityValidator(["name"])
            try:
                similarity.validate(str(password), User(name=str(name)))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new user; or the answer to somebody whose address has an account already."""
        if self.account_already_exists:
            # As long as it takes to make an account, or the time would tell which addresses have one.
            User().set_password(self.cleaned_data["password1"])
        else:
            try:
                with transaction.atomic():
                    user, response = super().try_save(request)
                return user, response
            except IntegrityError:
                self._somebody_was_faster(request)
        user, response = super().try_save(request)
        return user, response

    def _somebody_was_faster(self, request: HttpRequest) -> None:
        # Two sign-ups with one address at the same moment: the database lets one of them through.
        try:
            email = self.cleaned_data["email"]
            self.cleaned_data["email"], self.account_already_exists = email_already_exists(email)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            raise ImmediateHttpResponse(redirect(request.get_full_path())) from None


class LoginForm(allauth_forms.LoginForm):
    """'Email', 'Password'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_once(self.fields["login"], label=_("Email"))
        _say_once(self.fields["password"], label=_("Password"))


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """'Password', once more."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_once(self.fields["password"], label=_("Password"))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """'Email'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say_once(self.fields["email"], label=_("Email"))


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """'Current password', 'New password'."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say_once(self.fields["oldpassword"], label=_("Current password"))
        _say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """'New password', for an account that an administrator made without one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """'New password', by the link of an email."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say_once(self.fields["password1"], label=_("New password"), hint=PASSWORD_HINT)


def _say_once(field: forms.Field, *, label: "StrOrPromise", hint: "StrOrPromise" = "") -> None:
    # allauth repeats every label inside the control, and puts links into its hints.
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)


class PublicKeyForm(forms.Form):
    """'Label', 'Public key (PEM)'."""

    label = forms.CharField(label=_("Label"), max_length=50, required=False)
    public_key = forms.CharField(
        label=_("Public key (PEM)"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("An X-Wing key, or RSA of 3072 to 4096 bits. It begins with -----BEGIN PUBLIC KEY-----."),
    )

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"]
        if label:
            validate_line(label)
        if not pasted.may_be_shown_again(label):
            raise ValidationError(_("The label is a name for the key. Don't put a key there."), code="key")
        return label

    def clean_public_key(self) -> public_keys.PublicKey:
        try:
            return public_keys.read_public_key(self.cleaned_data["public_key"])
        except UnacceptableKey as refused:
            raise ValidationError(refusal(refused), code=refused.rule) from None

    def full_clean(self) -> None:
        super().full_clean()
        # What was typed comes back with the page, but nothing that might be a private key.
        self.data = {
            name: text if pasted.may_be_shown_again(text := self.data.get(name, "")) else ""
            for name in self.fields
        }

    def refuse(self, already: PublicKey) -> None:
        """Say that the key is on the account's list, and why it isn't added again."""
        if already.revoked_at:
            sentence = _("You revoked this key. A revoked key can't be added again: make a new one.")
        elif already.unusable_at:
            sentence = _("This key is there already, but nothing can be encrypted to it: make a new one.")
        else:
            sentence = _("This key is there already.")
        self.add_error("public_key", ValidationError(sentence, code="already-added"))

    def refuse_another(self) -> None:
        """Say that the account has as many keys as one may have."""
        sentence = _("You have %(most)d keys, and more are not possible. Revoke one that you no longer use.")
        self.add_error(None, ValidationError(sentence, code="too-many", params={"most": keys.MOST_ACTIVE}))


def refusal(refused: UnacceptableKey) -> str:
    """Why a key is refused, in the reader's language."""
    return gettext(REFUSALS[refused.rule]) % refused.parameters
