"""The page of my sessions: where I am logged in, and how I end that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import access, session_use
from accounts.domain import open_sessions, sessions
from accounts.http import SignedInRequest, login_required
from secureblogs.http.answers import require_POST
from secureblogs.http.sessions import stored_key


@login_required
@require_safe
def my_sessions(request: SignedInRequest) -> HttpResponse:
    """Every session of mine, with the one of this page marked."""
    context = {
        "open_sessions": open_sessions.of(request.user),
        "this": _this(request),
        "noted_minutes": session_use.BETWEEN_NOTES // 60,
    }
    return render(request, "accounts/sessions/page.html", context)


@login_required
@require_POST
def end(request: SignedInRequest, session: UUID) -> HttpResponse:
    """End one; this one by logging out."""
    open_session = access.session_of(request.user, session)
    if open_session.key == _this(request):
        return redirect("account_logout")
    open_sessions.end(open_session)
    messages.success(request, _("That session is over."))
    return redirect("accounts:sessions")


@login_required
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    """End all but this one."""
    sessions.end_all(request.user)
    sessions.go_on(request)
    messages.success(request, _("You are logged in nowhere else any more."))
    return redirect("accounts:sessions")


def _this(request: SignedInRequest) -> str:
    return stored_key(request.session.session_key or "")
