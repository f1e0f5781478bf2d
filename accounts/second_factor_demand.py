"""Where the settings demand a second factor, a session without one gets to the pages that set one up, and no further.

It locks nobody out: the password still opens those pages.
"""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from accounts.domain import second_factors
from accounts.models import User
from secureblogs.http.answers import wants_json

# Who has none may set one up. Who has one first proves it: or a password would be enough to set up another.
SET_UP = {"mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn"}
# What a person may do in any case: prove who they are, leave, and see what is for everybody.
OPEN = {
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_logout",
    "sealing_key",
    "security_txt",
    "what_the_server_sees",
    "favicon",
    "mirror",
}
# In the session: the page that somebody was on the way to.
_ONWARD = "after_second_factor"


class SecondFactorMiddleware(MiddlewareMixin):
    """It asks before every view, as soon as Django knows which one it is."""

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_FOR_STAFF and not settings.SECOND_FACTOR_FOR_EVERYBODY:
            return None
        name = request.resolver_match and request.resolver_match.view_name
        if not lacks_one(request) or name in OPEN:
            return None
        onward = request.get_full_path() if request.method == "GET" else reverse("home")
        if second_factors.has_one(cast(User, request.user)):
            # The session is older than the demand.
            there = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': onward})}"
        elif name in SET_UP:
            return None
        else:
            there = reverse("mfa_index")
        if wants_json(request):
            return JsonResponse({"reauthenticate": there}, status=403)
        request.session[_ONWARD] = onward
        messages.warning(request, _("This site asks for a second factor. You go on once yours is there."))
        return redirect(there)


def lacks_one(request: HttpRequest) -> bool:
    """Whether somebody is signed in who first has to prove a second factor, or to set one up."""
    user = cast(User, request.user)
    is_proved = second_factors.PROVED in request.session
    return user.is_authenticated and not second_factors.lets_in(user, is_proved=is_proved)


def note_proved(request: HttpRequest) -> None:
    """Note that somebody has just used their second factor in this session, or set it up."""
    request.session[second_factors.PROVED] = True


def note_lost(request: HttpRequest) -> None:
    """Note that somebody has just given their last one up."""
    request.session.pop(second_factors.PROVED, None)


def way_on(request: HttpRequest) -> dict[str, object]:
    """For every page's template: whether a second factor is missing, and where its person goes with one."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    return {
        "lacks_second_factor": lacks_one(request),
        "after_second_factor": request.session.get(_ONWARD, ""),
    }
