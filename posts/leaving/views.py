"""What the server has of me: taking it along, and deleting my account."""

from collections.abc import Mapping

from django.contrib.auth import logout
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reauthentication
from accounts.http import SignedInRequest, login_required
from groups.domain import departures, leaving, members, ownership
from groups.forms import LeaveForm
from groups.models import Group, Membership
from posts.leaving import exporting


@login_required
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """The page from which both begin."""
    return render(request, "posts/leaving/data.html", {"parts": exporting.parts(request.user)})


@login_required
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """One part of it, as a file."""
    if not reauthentication.is_covered(request):
        return reauthentication.ask(request, back_to="posts:data")
    parts = {str(part.after): (number, part) for number, part in enumerate(exporting.parts(request.user), 1)}
    number, part = parts.get(request.GET.get("after", "0"), (0, None))
    if part is None:
        raise Http404
    name = f"secureblogs-{timezone.now():%Y-%m-%d}" + (f"-{number}" if len(parts) > 1 else "")
    response = JsonResponse(exporting.export(request.user, part))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: SignedInRequest) -> HttpResponse:
    """Say what goes, let me choose what becomes of posts and groups, and delete the account."""
    if not reauthentication.is_covered(request):
        return redirect(reauthentication.page_that_asks(reverse("posts:delete_account")))
    form = LeaveForm(request.POST or None, heirs=_heirs(request))
    if form.is_valid():
        try:
            return _delete(request, form)
        except (members.LastOwner, members.NotAMember, members.CannotOwn):
            form = LeaveForm(request.POST, heirs=_heirs(request))
            form.add_error(None, _("Somebody left one of the groups meanwhile. Choose anew."))
        except leaving.MayAdminister:
            # The page itself says so.
            pass
    context = {
        "form": form,
        "post_count": request.user.posts.count(),
        "alone": list(departures.alone_in(request.user)),
    }
    return render(request, "posts/leaving/delete.html", context)


def _delete(request: SignedInRequest, form: LeaveForm) -> HttpResponse:
    account = request.user.uid
    keep_written = form.cleaned_data["posts"] == "keep"
    leaving.delete_account(request.user, keep_written=keep_written, heirs=form.heirs())
    logout(request)
    return render(request, "posts/leaving/deleted.html", {"account": account})


def _heirs(request: SignedInRequest) -> Mapping[Group, list[Membership]]:
    user = request.user
    return {group: list(ownership.heirs(group, of=user)) for group in departures.needing(user)}
