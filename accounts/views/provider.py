"""Logging in by the OpenID Connect provider of the settings, confirming there who one is, and connecting the two."""

import logging
import secrets
from collections.abc import Callable, Mapping

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from accounts import reauthentication
from accounts.domain import provider
from accounts.http import SignedInRequest, is_safe_next, login_required
from accounts.social_adapter import refused
from secureblogs.http.answers import require_POST

logger = logging.getLogger(__name__)

# A log-in that is years old proves nothing: the provider asks anew, and says when it did.
ASK_ANEW = {"prompt": "login", "max_age": "0"}


@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Lead somebody to the provider, who logs in or signs up by it."""
    return _lead_there(request, AuthProcess.LOGIN)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Lead somebody there who says once more who they are."""
    if not provider.lets_in(request.user):
        raise Http404
    if request.method == "POST":
        return _lead_there(request, AuthProcess.REDIRECT, auth_params=ASK_ANEW)
    return render(request, "accounts/provider/confirm.html", {"next": request.GET.get("next", "")})


@login_required
@require_safe
def my_provider(request: SignedInRequest) -> HttpResponse:
    """Whether the provider lets me in, and how I begin or end that."""
    if not provider.is_named():
        raise Http404
    context = {
        "connection": provider.connection_of(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "accounts/provider/page.html", context)


@login_required
@require_POST
def connect(request: SignedInRequest) -> HttpResponse:
    """Lead me there, so that it lets me in from now on."""
    if not reauthentication.is_covered(request):
        return reauthentication.ask(request, back_to="accounts:provider")
    return _lead_there(request, AuthProcess.CONNECT, auth_params=ASK_ANEW)


@login_required
@require_POST
def disconnect(request: SignedInRequest) -> HttpResponse:
    """Have it let me in no more."""
    if not reauthentication.is_covered(request):
        return reauthentication.ask(request, back_to="accounts:provider")
    try:
        provider.disconnect(request.user)
    except provider.LastWayIn:
        # The page itself says what is missing.
        pass
    return redirect("accounts:provider")


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the answer that the browser brings from the provider."""
    if provider_id != provider.ID or not provider.is_named():
        raise Http404
    adapter = OpenIDConnectOAuth2Adapter(request, provider.ID)
    return _asking(request, lambda: OAuth2CallbackView.adapter_view(adapter)(request))


def _lead_there(
    request: HttpRequest, process: str, auth_params: Mapping[str, str] | None = None
) -> HttpResponse:
    if not provider.is_named():
        raise Http404
    onward = request.POST.get("next", "")
    next_url = onward if onward and is_safe_next(request, onward) else None
    found = get_adapter(request).get_provider(request, provider.ID)
    # The answer bears it, so that one to somebody else's question is none to this browser's.
    nonce = secrets.token_urlsafe(16)
    asked = {**(auth_params or {}), "nonce": nonce}
    return _asking(
        request,
        lambda: found.redirect(request, process, next_url=next_url, auth_params=asked, nonce=nonce),
    )


def _asking(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """What comes of asking the provider, which may be away, or talk nonsense: other ways in stay open."""
    try:
        return ask()
    except (RequestException, ValueError, KeyError) as error:
        logger.error("The OpenID Connect provider gives no answer: %s", type(error).__name__)
        sentence = _("The provider does not answer just now. Try it again in a moment.")
        answer: HttpResponse = refused(request, sentence, status=503).response
        return answer
    except ImmediateHttpResponse as immediate:
        response: HttpResponse = immediate.response
        return response
