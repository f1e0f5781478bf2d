"""The first password of an account that has none, since a provider or a passkey lets its person in."""

from allauth.account.views import PasswordSetView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import reauthentication
from accounts.http import SignedInRequest, login_required


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_first(request: SignedInRequest) -> HttpResponse:
    """allauth's page, for who has said lately who they are: a session that is left open makes no other way in."""
    if not reauthentication.is_covered(request):
        # Before anything is typed: allauth, which asks afterwards, would keep the password in the session meanwhile.
        return redirect(reauthentication.page_that_asks(reverse("accounts:set_password")))
    response: HttpResponse = PasswordSetView.as_view()(request)
    return response
