"""The pages on which somebody waits for a link: they say how far its mail is, and send it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import waiting
from accounts.models.outgoing_mail import Purpose


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest) -> HttpResponse:
    """Wait for the link that confirms an address, after a sign-up or a log-in."""
    return _page(request, Purpose.CONFIRMATION, "account/verification_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Wait for the link to a new password."""
    return _page(request, Purpose.RESET, "account/password_reset_done.html")


def _page(request: HttpRequest, purpose: Purpose, template: str) -> HttpResponse:
    if request.method == "POST":
        waiting.send_again(request, purpose)
        return redirect(request.path)
    return render(request, template, {"mail": waiting.status(request, purpose)})
