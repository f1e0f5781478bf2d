"""The forms of the account pages (what django-allauth asks for) and of a new public key."""

import base64

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.domain import keys, pasted, signing_up, users
from accounts.models import PublicKey, User
from accounts.validators import validate_line
from secureblogs.crypto import public_keys
from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.lines import plain_line
from secureblogs.crypto.refusals import REFUSALS

PASSWORD_HINT = _("At least 8 characters, and not one that many people use.")


class WholeField(forms.CharField):
    """Text that comes back whole when it is too long."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        attributes = {**super().widget_attrs(widget), "dir": "auto"}
        # A browser would cut off the rest at this limit without a word, and it counts some characters twice.
        attributes.pop("maxlength", None)
        return attributes


class LineField(WholeField):
    """A name. Invisible letters, which come along with what people paste, are left out."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(plain_line(value or "")) or ""


class SignupForm(allauth_forms.SignupForm):
    """'Name', 'Email', 'Password'."""

    taken: ValidationError | None = None
    same_person: User | None = None

    name = LineField(
        label=_("Name"),
        max_length=50,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        longest = User._meta.get_field("email").max_length
        assert longest is not None
        self.fields["email"].validators.append(MaxLengthValidator(longest))
        _say_once(self.fields["email"], label=_("Email"))
        _say_once(self.fields["password1"], label=_("Password"), hint=PASSWORD_HINT)

    def clean_email(self) -> str:
        email: str = super().clean_email()
        rule = signing_up.rule()
        if not rule.takes(email):
            raise ValidationError(
                _("Only addresses at %(domains)s can sign up here."),
                code="domain",
                params={"domains": get_text_list(sorted(rule.domains), gettext("or"))},
            )
        return email

    def validate_unique_email(self, value: str) -> str:
        try:
            unique: str = super().validate_unique_email(value)
        except ValidationError as error:
            # Whether it is the same form for the second time is known when there is a name and a password.
            self.taken = error
            return value
        return unique

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean()
        if self.taken and not self.errors:
            self.same_person = self._log_in_again()
        if self.taken and not self.same_person:
            self.add_error("email", self.taken)
            return cleaned
        name, password = cleaned.get("name"), cleaned.get("password1")
        if name and password and not self.has_error("password1"):
            # The user with whom allauth compares the password has no name yet.
            similarity = password_validation.UserAttributeSimilarityValidator(["name"])
            try:
                similarity.validate(str(password), User(name=str(name)))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def _log_in_again(self) -> User | None:
        """The account that this very form has just made: its answer was lost when a browser sent it once more.

        This is a log-in, with its password and its limits: it gives nobody more than the page of the log-in does.
        """
        email, name = self.cleaned_data["email"], self.cleaned_data["name"]
        if not users.just_signed_up(email, name=name):
            return None
        password = self.cleaned_data["password1"]
        user: User | None = get_adapter().authenticate(context.request, email=email, password=password)
        return user

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new user; or the answer to somebody whose address has an account already."""
        if self.same_person:
            return self.same_person, perform_login(request, Login(user=self.same_person, signup=True))
        if self.account_already_exists:
            # This takes as long as making an account: the time tells nobody which addresses have one.
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
        # The database lets one of two sign-ups with one address through that come at the same moment.
        try:
            email = self.cleaned_data["email"]
            self.cleaned_data["email"], self.account_already_exists = email_already_exists(email)
        except ValidationError as error:
            raise ImmediateHttpResponse(self._answer_to_second(request, error)) from None

    def _answer_to_second(self, request: HttpRequest, error: ValidationError) -> HttpResponse:
        try:
            same_person = self._log_in_again()
        except ValidationError as too_many:
            same_person, error = None, too_many
        if same_person:
            answer: HttpResponse = perform_login(request, Login(user=same_person, signup=True))
            return answer
        messages.error(request, " ".join(error.messages))
        return redirect(request.get_full_path())


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


def _say_once(field: forms.Field, *, label: StrOrPromise, hint: StrOrPromise = "") -> None:
    # allauth repeats every label inside the control, and puts links into its hints.
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)


class PublicKeyForm(forms.Form):
    """'Label', 'Public key (PEM)'."""

    label = LineField(label=_("Label"), max_length=50, required=False)
    public_key = forms.CharField(
        label=_("Public key (PEM)"),
        strip=False,
        # The stubs leave it out for text.
        template_name="forms/_code.html",  # type: ignore[call-arg]
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("An X-Wing key, or RSA of 3072 to 4096 bits. It begins with -----BEGIN PUBLIC KEY-----."),
    )

    # Base64, by the account key of who has one; a page's script makes it.
    signature = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_signature(self) -> bytes | None:
        try:
            return base64.b64decode(self.cleaned_data["signature"], validate=True) or None
        except ValueError:
            raise ValidationError(_("This must be standard base64."), code="base64") from None

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
        # The page gives back what was typed, but nothing that might be a private key.
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

    def refuse_unsigned(self) -> None:
        """Say that the account's key has to sign the key first."""
        sentence = _("Your account's key has to sign this key. Add it in a browser that holds that key.")
        self.add_error("signature", ValidationError(sentence, code="unsigned"))

    def refuse_another(self) -> None:
        """Say that the account has as many keys as one may have."""
        sentence = ngettext(
            "You have %(most)d key, and more are not possible. Revoke it if you no longer use it.",
            "You have %(most)d keys, and more are not possible. Revoke one that you no longer use.",
            keys.MOST_ACTIVE,
        )
        self.add_error(None, ValidationError(sentence, code="too-many", params={"most": keys.MOST_ACTIVE}))


def refusal(refused: UnacceptableKey) -> str:
    """Why a key is refused, in the reader's language."""
    return gettext(REFUSALS[refused.rule]) % refused.parameters
