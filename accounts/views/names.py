"""The page on which I change my name."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.domain import users
from accounts.forms.names_and_addresses import NameForm
from accounts.http import SignedInRequest, login_required


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_name(request: SignedInRequest) -> HttpResponse:
    """The form, and what it says."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    status = 200
    if form.is_valid():
        try:
            users.rename(request.user, name=form.cleaned_data["name"])
        except users.TooOften:
            sentence = ngettext(
                "You have changed it %(most)d time today. Tomorrow you can do it again.",
                "You have changed it %(most)d times today. Tomorrow you can do it again.",
                users.MOST_NAMES_A_DAY,
            )
            form.add_error("name", sentence % {"most": users.MOST_NAMES_A_DAY})
            status = 429
        else:
            messages.success(request, _("Your name is changed."))
            return redirect("accounts:name")
    return render(request, "accounts/name/page.html", {"form": form}, status=status)
