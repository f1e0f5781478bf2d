"""The page on which a person replaces their account's key, and says who is to hold the new one."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import reauthentication
from accounts.http import SignedInRequest, login_required
from accounts.keys import overview


@login_required
@require_safe
def replace(request: SignedInRequest) -> HttpResponse:
    """Everybody who holds the key, and every own key, each with a checkbox.

    `lost` or `removed` names a device; `seen` says that somebody may have seen the recovery code.
    """
    if not reauthentication.is_covered(request):
        return redirect(reauthentication.page_that_asks(request.get_full_path()))
    lost, is_seen = request.GET.get("lost", ""), "seen" in request.GET
    page_of_keys = reverse("posts:keys") + ("#recovery" if is_seen else "#replaced")
    context = {
        "is_loss": bool(lost),
        "without": lost or request.GET.get("removed", ""),
        "without_codes": is_seen,
        "holders": overview.holders(request.user),
        "next_url": reverse("account_change_password") if lost else page_of_keys,
    }
    return render(request, "accounts/keys/replace.html", context)
