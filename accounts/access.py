"""Where somebody may be sent, and what a visitor without a session is told."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

View = Callable[..., HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    """Whether the client prefers JSON to a page; who does not say gets the page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def is_safe_next(request: HttpRequest, url: str) -> bool:
    """Whether an address that came with the request stays on this site."""
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def next_url(request: HttpRequest, *, default: str = "home") -> str:
    """Where the person wanted to go before something else had to be done: `?next=`, if it is of this site."""
    url = request.GET.get("next", "")
    return url if url and is_safe_next(request, url) else resolve_url(default)


def signed_in(*, back_to: str) -> Callable[[View], View]:
    """Only with a session. Anyone else gets 401 as JSON, or the sign-in and then `back_to`.

    Django's `login_required` would lead back to the address itself, and an address that only takes
    a POST has nothing to show to somebody who comes back from there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            if wants_json(request):
                return JsonResponse({"errors": {"__all__": [gettext("You are not logged in.")]}}, status=401)
            return redirect_to_login(resolve_url(back_to))

        return guarded

    return decorate
