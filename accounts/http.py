"""Sessions, as the views of every app above use them: who is let in, and where a person goes from here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from secureblogs import live
from secureblogs.http import answers

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """The request of a view behind `login_required`: its user has an account."""

    user: User


def login_required(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only with a session: without one a program gets 401, and a person the sign-in, which leads back to the page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_log_in(request)
        # Scripts say whose page theirs is. Forms need not: with every log-in their tokens end.
        if request.headers.get("X-Signed-In-As", str(request.user.uid)) != str(request.user.uid):
            return somebody_else(request.user)
        return view(cast(SignedInRequest, request), *args, **kwargs)

    vars(guarded)["needs_session"] = True
    return guarded


def somebody_else(user: User) -> JsonResponse:
    """409: the call is from the page of another person than the user who is signed in in the same browser now."""
    sentence = _("Somebody else is logged in in this browser now, so nothing was changed.")
    return JsonResponse({"errors": {"__all__": [sentence]}, "signed_in_as": str(user.uid)}, status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a valid token by 403; a visitor is led to the sign-in, as at every address."""
    view = request.resolver_match.func if request.resolver_match else None
    if getattr(view, "needs_session", False) and not request.user.is_authenticated:
        return _ask_to_log_in(request)
    sentence = _(
        "The form's token is missing or too old, so nothing was changed. Go back to the form and try again."
    )
    return answers.refuse(request, sentence, status=403, page="403_csrf.html")


def is_safe_next(request: HttpRequest, url: str) -> bool:
    """Whether an address that came with the request stays on this site."""
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def next_url(request: HttpRequest, *, default: str = "home") -> str:
    """Where the person wanted to go before something else had to be done: `?next=`, if it is of this site."""
    url = request.GET.get("next", "")
    return url if url and is_safe_next(request, url) else resolve_url(default)


def page_before(request: HttpRequest) -> str:
    """The path of the page of this site that the browser says it comes from, or nothing."""
    referrer = request.headers.get("Referer", "")
    if not referrer or not is_safe_next(request, referrer):
        return ""
    path = urlsplit(referrer)._replace(scheme="", netloc="", fragment="").geturl()
    # Behind a second slash a browser looks for another host.
    return path if is_safe_next(request, path) else ""


def session_mark(request: HttpRequest) -> str:
    """A keyed hash of the session's key: whoever reads the database can't act in it."""
    return live.session_channel(request.session.session_key or "")


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    if answers.wants_json(request):
        return answers.log_in_first()
    return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """The page that a person can come back to."""
    shows_nothing = request.resolver_match and getattr(request.resolver_match.func, "shows_nothing", False)
    return answers.page_above(request.path) if shows_nothing else request.get_full_path()
