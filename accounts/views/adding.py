"""The page for a browser that holds no key of its person: it takes a code, or starts over."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import devices
from accounts.http import SignedInRequest, login_required, next_url
from accounts.keys import overview, starting_over


@login_required
@require_safe
def add_browser(request: SignedInRequest, admission: UUID | None = None) -> HttpResponse:
    """Show it. Its script leads a browser on that holds the key already and was on its way to somewhere else."""
    onward = next_url(request)
    context = {
        "admission": admission,
        "onward": onward,
        "next_url": onward if request.GET.get("next") else "",
        "used_days": starting_over.USED_LATELY.days,
        "wait_hours": starting_over.WAIT // timedelta(hours=1),
        "own_keys": overview.own_keys(request.user),
        "device_name": devices.name_of_browser(request.headers.get("User-Agent", "")),
    }
    return render(request, "accounts/keys/add.html", context)
