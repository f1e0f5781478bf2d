"""Where django-allauth asks the site what to do."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.core import context
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.domain import keys
from accounts.forms import SignupForm
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_taken": _("This address already has an account. Log in, or reset its password."),
        "email_password_mismatch": _("No account has this email and password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts failed. Wait five minutes, or reset your password."),
        "max_email_addresses": _("An account can have %d address, and yours has it already."),
    }

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, signup: bool, **kwargs: object
    ) -> HttpResponse:
        # Whoever has no key is given one before anything else, on their way to where they wanted to go.
        url = get_login_redirect_url(request, redirect_url, signup=signup)
        if not keys.has_active(user):
            url = f"{reverse('accounts:welcome')}?{urlencode({'next': url})}"
        response: HttpResponse = super().post_login(request, user, redirect_url=url, signup=signup, **kwargs)
        return response

    def is_safe_url(self, url: str | None) -> bool:
        # allauth would also allow every other host in ALLOWED_HOSTS.
        return bool(url) and access.is_safe_next(context.request, str(url))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        # Whoever has a mail sent to somebody else chooses the Host of that request, at least its port: what a
        # mail leads to is an address of this site all the same.
        links = {name: _on_this_site(str(url)) for name, url in context.items() if name.endswith("_url")}
        site = {"current_site": {"domain": urlsplit(settings.SITE_URL).netloc}}
        super().send_mail(template_prefix, email, {**context, **links, **site})

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC
    ) -> str:
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        # Who came by an invitation goes on to it, even when the email is opened in another browser.
        wanted = get_next_redirect_url(request)
        return f"{url}?{urlencode({'next': wanted})}" if wanted else url

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        try:
            with transaction.atomic():
                confirmed: bool = super().confirm_email(request, email_address)
                return confirmed
        except IntegrityError:
            # Another account has taken the address since.
            return False


def _on_this_site(url: str) -> str:
    return str(settings.SITE_URL) + urlsplit(url)._replace(scheme="", netloc="").geturl()
