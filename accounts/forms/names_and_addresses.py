"""The forms by which somebody changes their own name, and the address that they log in with."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    send_verification_email_to_address,
    verify_email,
)
from allauth.account.internal.flows.manage_email import assess_unique_email
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.domain import locks, signing_up
from accounts.forms.fields import NameField, limit_address, say_once


class NameForm(forms.Form):
    """'Name'."""

    name = NameField(help_text=_("Everybody in your groups sees it, on your older posts, too."))


class ChangeAddressForm(allauth_forms.AddEmailForm):
    """'New email address'. It counts once its link was opened, or at once where the site sends no mail."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        limit_address(self.fields["email"])
        say_once(self.fields["email"], label=_("New email address"))

    def clean_email(self) -> str:
        email: str = super().clean_email()
        signing_up.check_address(email)
        if assess_unique_email(email, user=self.user) is False:
            raise get_adapter().validation_error("email_taken")
        return email

    @transaction.atomic
    def save(self, request: HttpRequest) -> EmailAddress:
        # allauth's own would take the address of now for one that was never confirmed, and leave the account without.
        locks.lock_people(self.user)
        mine = EmailAddress.objects.filter(user=self.user)
        mine.filter(verified=False).exclude(email=self.user.email).delete()
        address: EmailAddress = mine.create(user=self.user, email=self.cleaned_data["email"])
        if settings.ACCOUNT_EMAIL_VERIFICATION == "none":
            verify_email(request, address)
        else:
            send_verification_email_to_address(request, address)
        return address
