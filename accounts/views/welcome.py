"""The first page after signing up: the browser makes its key."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import access
from accounts.domain import keys
from accounts.requests import SignedInRequest


@require_safe
@login_required
@never_cache
def welcome(request: SignedInRequest) -> HttpResponse:
    """Make a key in this browser, then go on; who has one goes on at once."""
    next_url = access.next_url(request)
    if keys.has_active(request.user):
        # Not `redirect`, which takes a word without a slash for the name of a view.
        return HttpResponseRedirect(next_url)
    return render(request, "accounts/welcome/page.html", {"next_url": next_url})
