"""Where allauth asks what to do with somebody whom the OpenID Connect provider of the settings has let through.

Only an address that the provider says it has checked makes an account. One that is here already belongs to whoever made
it: nobody takes it over because a provider names the same address.
"""

import time
from typing import NoReturn

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse, SignupClosedException
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import reauthentication
from accounts.domain import provider, signing_up, users
from accounts.models import User
from accounts.validators import clean_line, validate_address, validate_line

# What the provider says of somebody, by where it says so.
Told = dict[str, dict[str, object]]


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Called by allauth when the provider has answered: refuse, confirm, connect, or let it go on."""
        told = sociallogin.account.extra_data
        # What the provider tells is read once, here, and kept nowhere.
        sociallogin.account.extra_data = {}
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        _check_answer(request, sociallogin, told)
        if sociallogin.state.get("process") == AuthProcess.REDIRECT:
            _confirm(request, sociallogin, told)
        elif sociallogin.state.get("process") == AuthProcess.CONNECT:
            _connect(request, sociallogin, told)
        elif sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise refused(request, _("The provider was asked for something else."))
        elif not sociallogin.is_existing:
            _check_new(request, sociallogin)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return signing_up.rule().is_open_to(sociallogin.get_redirect_url(request) or "")

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, str | None]
    ) -> User:
        user = sociallogin.user
        assert isinstance(user, User)
        user.email = User.objects.normalize_email(data.get("email"))
        user.name = _name(data, user.email)
        return user

    def on_authentication_error(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Called by allauth: the provider said no, did not answer, or was not asked from this browser."""
        raise _not_asked(request)


def refused(request: HttpRequest, sentence: str, *, status: int = 403) -> ImmediateHttpResponse:
    """The page that says why there was no log-in, and how to log in all the same."""
    response = render(request, "accounts/provider/refused.html", {"sentence": sentence}, status=status)
    return ImmediateHttpResponse(response)


def _not_asked(request: HttpRequest) -> ImmediateHttpResponse:
    return refused(request, _("The provider did not let you through, or this browser had not asked it to."))


def _check_answer(request: HttpRequest, sociallogin: SocialLogin, told: Told) -> None:
    """Refuse what answers another question than this browser's, or tells of two people (OpenID Connect Core, 5.3.2)."""
    id_token = told.get("id_token", {})
    is_ours = id_token.get("nonce") == sociallogin.state.get("nonce")
    if not is_ours or told.get("userinfo", id_token).get("sub") != id_token.get("sub"):
        raise _not_asked(request)


def _confirm(request: HttpRequest, sociallogin: SocialLogin, told: Told) -> None:
    if not sociallogin.is_existing or sociallogin.user != request.user:
        raise refused(request, _("That was not the account that you are logged in to here."))
    _check_asked_anew(request, told)
    reauthentication.note_confirmation(request)


def _connect(request: HttpRequest, sociallogin: SocialLogin, told: Told) -> NoReturn:
    user = request.user
    if not isinstance(user, User) or not reauthentication.is_covered(request):
        raise refused(request, _("That took too long, so nothing was connected. Try it again."))
    # The provider may still have a session of the person who used this browser before.
    _check_asked_anew(request, told)
    try:
        provider.connect(user, uid=sociallogin.account.uid)
    except provider.SomebodyElses:
        raise refused(
            request, _("What you logged in by there belongs to another account of this site.")
        ) from None
    except provider.ConnectedAlready:
        # Whether it is the same one or another, the page says that the account has one.
        pass
    raise ImmediateHttpResponse(redirect("accounts:provider"))


def _check_asked_anew(request: HttpRequest, told: Told) -> None:
    # Without a time nobody knows whether somebody was asked just now, or only passed on.
    asked_at = told.get("id_token", {}).get("auth_time", 0)
    age = time.time() - asked_at if isinstance(asked_at, int) else -1
    if not 0 <= age < reauthentication.SECONDS_COVERED:
        raise refused(request, _("The provider did not ask you who you are. Log out there, then try again."))


def _check_new(request: HttpRequest, sociallogin: SocialLogin) -> None:
    user = sociallogin.user
    assert isinstance(user, User)
    for address in sociallogin.email_addresses:
        # Some providers write true and false as text: Python takes both for a yes, and PostgreSQL neither.
        address.verified = address.verified in (True, "true")
    if not any(each.verified and each.email.lower() == user.email for each in sociallogin.email_addresses):
        raise refused(
            request, _("The provider has not checked an email address of yours, so it makes no account here.")
        )
    if users.has_address(user.email):
        sentence = _(
            "There is an account with your address already. Log in to it by its own password, then connect the two."
        )
        raise refused(request, sentence)
    if not SocialAccountAdapter(request).is_open_for_signup(request, sociallogin):
        raise SignupClosedException
    try:
        validate_address(user.email)
        signing_up.check_address(user.email)
    except ValidationError as error:
        raise refused(request, " ".join(error.messages)) from None
    # Other people may have asked to change to this address. allauth would take them for its owners.
    EmailAddress.objects.filter(email=user.email, verified=False).delete()


def _name(data: dict[str, str | None], email: str) -> str:
    """The first of what the provider calls somebody that can be a name here."""
    for found in (data.get("name"), data.get("username"), email.partition("@")[0]):
        name = clean_line(str(found or ""))[:50].strip()
        try:
            validate_line(name)
        except ValidationError:
            continue
        return name
    return _("Somebody")
