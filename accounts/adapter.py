"""Where django-allauth asks the site what to do."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import guessing, reauthentication, waiting
from accounts.context import is_open_for_signup
from accounts.domain import devices, keys, mails, provider
from accounts.forms.signing_up import SignupForm
from accounts.http import is_safe_next
from accounts.keys import overview
from accounts.models import User
from accounts.models.outgoing_mail import Purpose
from accounts.validators import validate_address
from secureblogs.http import clients

# The mails for which a page waits. An address that has an account, or has none, gets one for the same purpose.
PURPOSES = {
    "email_confirmation": Purpose.CONFIRMATION,
    "email_confirmation_signup": Purpose.CONFIRMATION,
    "account_already_exists": Purpose.CONFIRMATION,
    "password_reset_key": Purpose.RESET,
    "unknown_account": Purpose.RESET,
}
# While a log-in goes on, the session holds here the hash that Django would compare it with.
_AS_OF = "log_in_as_of"
OF_PASSWORDS = {f"account/email/password_{what}" for what in ("changed", "reset", "set")}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_taken": _("This address already has an account. Log in, or reset its password."),
        "email_password_mismatch": _("No account has this email and password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "duplicate_email": _("This is your address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return is_open_for_signup(request)

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def pre_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse | None:
        request.session[_AS_OF] = user.get_session_auth_hash()
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        # A new password, like every end of all sessions, ends also a log-in that waits for a factor or an address.
        as_of = request.session.pop(_AS_OF, "")
        if not constant_time_compare(as_of, user.get_session_auth_hash()):
            messages.error(request, _("The password has changed, or all sessions were ended. Log in again."))
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, signup: bool, **kwargs: object
    ) -> HttpResponse:
        # Somebody without a key makes one before anything else, on the way to where they wanted to go; and a browser
        # that does not hold the key of its person's account asks for it there.
        url = get_login_redirect_url(request, redirect_url, signup=signup)
        if not keys.has_active(user):
            url = f"{reverse('accounts:welcome')}?{urlencode({'next': url})}"
        elif overview.has_account_key(user) and not url.startswith(reverse("accounts:add_browser")):
            url = f"{reverse('accounts:add_browser')}?{urlencode({'next': url})}"
        response: HttpResponse = super().post_login(request, user, redirect_url=url, signup=signup, **kwargs)
        guessing.remember_device(request, response, user.email)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        device = guessing.known_device(request, credentials.get("email", ""))
        # allauth takes this back when the password turns out to be right.
        self._login_failed_rl_usage = guessing.count_for_device(request, device) if device else None
        if self._login_failed_rl_usage:
            return
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise guessing.too_many(request, email_key=key, device=device) from None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        # allauth counts guesses for each Host apart, and a client chooses the port in that header.
        return credentials.get("email", "").lower()

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        # One rule for allauth's pages and for the site's own: a log-in counts as well.
        if reauthentication.is_covered(context.request):
            return False
        user = context.request.user
        if user.is_authenticated and not user.has_usable_password() and provider.lets_in(user):
            # allauth itself would ask nobody who has only a provider.
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: User) -> list[dict[str, object]]:
        methods: list[dict[str, object]] = super().get_reauthentication_methods(user)
        if provider.lets_in(user):
            url = reverse("accounts:confirm_by_provider")
            methods.append({"id": "provider", "description": settings.OIDC_NAME, "url": url})
        return methods

    def get_client_ip(self, request: HttpRequest) -> str:
        # allauth counts by this, and does nothing else with it.
        address = clients.address(
            request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR", "")
        )
        return clients.network(address)

    def is_safe_url(self, url: str | None) -> bool:
        # allauth would also allow every other host in ALLOWED_HOSTS.
        return bool(url) and is_safe_next(context.request, str(url))

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        # A hash takes a moment, in which somebody may close the account or end its sessions: allauth would save the
        # whole row as it was before.
        user.save(update_fields=["password"])

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        validate_address(cleaned)
        return cleaned

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        # A stranger who has a mail sent to somebody else chooses the Host of that request, at least its port. The
        # links of a mail lead to this site all the same.
        links = {name: _on_this_site(str(url)) for name, url in context.items() if name.endswith("_url")}
        site = {"email": email, "current_site": {"domain": urlsplit(settings.SITE_URL).netloc}}
        message = self.render_mail(template_prefix, email, {**context, **links, **site})
        purpose = PURPOSES.get(template_prefix.removeprefix("account/email/"))
        mail = mails.queue(message, purpose=purpose, about=_confirmed_by(context))
        if purpose:
            waiting.remember(self.request, purpose, mail)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        if template_prefix in OF_PASSWORDS:
            # A receiver tells of a password when somebody saves it, in whatever way.
            return
        told = {
            "device": devices.name_of(self.get_http_user_agent(self.request)),
            "password_reset_url": reverse("account_reset_password"),
        }
        super().send_notification_mail(template_prefix, user, {**told, **(context or {})}, email)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC
    ) -> str:
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        # Somebody who came by an invitation goes on to it, even when the email is opened in another browser.
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


def _confirmed_by(context: dict[str, object]) -> str:
    """The number of what the mail's link confirms: an address at one account, where two may want the same."""
    confirmation = EmailConfirmationHMAC.from_key(str(context["key"])) if "activate_url" in context else None
    return str(confirmation.email_address.pk) if confirmation else ""


def _on_this_site(url: str) -> str:
    return str(settings.SITE_URL) + urlsplit(url)._replace(scheme="", netloc="").geturl()
