"""What every page may say: whether a visitor may sign up, and what somebody has to know of their key."""

from dataclasses import dataclass

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import waiting
from accounts.domain import signing_up
from accounts.domain.provider import is_named
from accounts.http import session_mark
from accounts.keys import banners
from accounts.keys.views.banners import PUT_OFF
from accounts.models import User
from accounts.models.outgoing_mail import Purpose
from secureblogs.http.policies import let_forms_lead_to


def may_sign_up(request: HttpRequest) -> dict[str, object]:
    """`may_sign_up`, found out only where a template asks for it, and `signup_mode`."""
    return {
        "may_sign_up": SimpleLazyObject(lambda: _offers_to_sign_up(request)),
        "signup_mode": signing_up.rule().mode,
    }


def mail_to_new_address(request: HttpRequest) -> dict[str, object]:
    """`mail_to_new_address`, a MailStatus or None, for the page on which somebody waits for its link."""
    return {"mail_to_new_address": SimpleLazyObject(lambda: waiting.status(request, Purpose.CONFIRMATION))}


@dataclass(frozen=True, slots=True)
class ProviderButton:
    """What a page says of the provider by which people log in."""

    is_named: bool
    name: str


def provider(request: HttpRequest) -> dict[str, object]:
    """`provider`; a page that asks for it may lead there by a form. `provider_name` is for any page."""
    return {
        "provider": SimpleLazyObject(lambda: _provider(request)),
        "provider_name": settings.OIDC_NAME if is_named() else "",
    }


def _provider(request: HttpRequest) -> ProviderButton:
    if named := is_named():
        let_forms_lead_to(request, settings.OIDC_ORIGINS)
    return ProviderButton(named, settings.OIDC_NAME)


def key_banners(request: HttpRequest) -> dict[str, object]:
    """`banners` for who is signed in, looked up only where a template asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"banners": SimpleLazyObject(lambda: _banners_of(request, user))}


def _banners_of(request: HttpRequest, user: User) -> banners.Banners:
    return banners.of(
        user,
        session=session_mark(request),
        user_agent=request.headers.get("User-Agent", ""),
        put_off=request.session.get(PUT_OFF, {}),
    )


def is_open_for_signup(request: HttpRequest) -> bool:
    """Whether this visitor may sign up, as far as no address is known."""
    return signing_up.rule().is_open_to(get_next_redirect_url(request) or "")


def _offers_to_sign_up(request: HttpRequest) -> bool:
    # The page that refuses a form which can't be read has links, too: it must not be the first to read the form.
    is_unread = request.method == "POST" and not hasattr(request, "_post")
    return signing_up.rule().is_open_to("") if is_unread else is_open_for_signup(request)
