"""Whether, and of whom, an author hears: email about requests, and people who may not ask."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, login_required
from posts.requests import mutes, notices
from posts.requests.forms import NoticeForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Choose whether requests are told by email, and let people ask again."""
    if request.method == "POST":
        form = NoticeForm(request.POST)
        if form.is_valid():
            notices.choose(request.user, wanted=form.cleaned_data["wanted"])
            messages.success(request, _("Saved."))
            return redirect("posts:request_preferences")
    form = NoticeForm(initial={"wanted": notices.wants(request.user)})
    context = {"form": form, "muted": mutes.muted_by(request.user)}
    return render(request, "posts/requests/preferences.html", context)


# Mail programs send this at one click and without a session: the token is all that it needs.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the messages. A GET only asks: mail programs look at links by themselves."""
    if notices.owner_of(token) is None:
        raise Http404
    if request.method == "POST":
        notices.unsubscribe(token)
    return render(request, "posts/requests/unsubscribe.html", {"is_done": request.method == "POST"})
