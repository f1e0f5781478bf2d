"""The first page after signing up: the browser makes its person's key, and a recovery code."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import devices
from accounts.http import SignedInRequest, login_required, next_url
from accounts.keys import overview


@login_required
@require_safe
def welcome(request: SignedInRequest) -> HttpResponse:
    """Make a key in this browser and a recovery code, then go on; who has both goes on at once."""
    onward = next_url(request)
    if overview.has_confirmed_code(request.user):
        # `redirect` would take a word without a slash for the name of a view.
        return HttpResponseRedirect(onward)
    context = {
        "next_url": onward,
        # A person with an account key has signed their own keys with it, or left them.
        "own_keys": [] if overview.has_account_key(request.user) else overview.active_own_keys(request.user),
        "device_name": devices.name_of_browser(request.headers.get("User-Agent", "")),
    }
    return render(request, "accounts/welcome/page.html", context)
