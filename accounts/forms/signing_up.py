"""The form of who signs up, as django-allauth asks for it."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.domain import signing_up, users
from accounts.forms.fields import NameField, limit_address, say_once
from accounts.forms.passwords import PASSWORD_HINT
from accounts.models import User


class SignupForm(allauth_forms.SignupForm):
    """'Name', 'Email', 'Password'."""

    taken: ValidationError | None = None
    same_person: User | None = None

    name = NameField()
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        limit_address(self.fields["email"])
        say_once(self.fields["email"], label=_("Email"))
        say_once(self.fields["password1"], label=_("Password"), hint=PASSWORD_HINT)

    def clean_email(self) -> str:
        email: str = super().clean_email()
        signing_up.check_address(email)
        return email

    def validate_unique_email(self, value: str) -> str:
        if not users.has_address(value):
            # allauth would also count who only wants to change to it: anybody could keep its owner out.
            self.account_already_exists = False
            return value
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
