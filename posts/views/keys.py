"""My keys: which there are, adding one, revoking one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.domain import devices, keys
from accounts.forms import PublicKeyForm
from accounts.models import PublicKey
from accounts.requests import SignedInRequest
from posts.domain import keys as keys_of_posts
from secureblogs.crypto.refusals import REFUSALS


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in(back_to="posts:keys")
@sensitive_post_parameters("public_key", "label")
@never_cache
def my_keys(request: SignedInRequest) -> HttpResponse:
    """The list of my keys; a POST adds one, as a form or for a script that prefers JSON."""
    if request.method == "POST":
        return _add(request)
    return _page(request, PublicKeyForm())


@require_POST
@access.signed_in(back_to="posts:keys")
def revoke(request: SignedInRequest, fingerprint: str) -> HttpResponse:
    """Give up a key for ever."""
    # With the person: looked up later, they could be gone.
    public_key = (
        PublicKey.objects.select_related("user").filter(user=request.user, fingerprint=fingerprint).first()
    )
    if public_key is None:
        raise Http404
    keys.revoke(public_key)
    messages.success(request, _("The key is revoked. Nothing is encrypted for it any more."))
    return redirect("posts:keys")


def _add(request: SignedInRequest) -> HttpResponse:
    form = PublicKeyForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    is_json = access.wants_json(request)
    public_key, label = form.cleaned_data["public_key"], form.cleaned_data["label"]
    if is_json and not label:
        # A key that a browser made is named after the browser.
        label = devices.name_of(request.headers.get("User-Agent", ""))
    try:
        added = keys.add(request.user, public_key=public_key, label=label)
    except keys.AlreadyAdded as already:
        if is_json and already.public_key.is_active:
            # The answer to an earlier try was lost on its way.
            return JsonResponse({"fingerprint": already.public_key.fingerprint})
        form.refuse(already.public_key)
        return _refused(request, form)
    except keys.TooMany:
        form.refuse_another()
        return _refused(request, form)
    if is_json:
        return JsonResponse({"fingerprint": added.fingerprint}, status=201)
    messages.success(request, _("The key is added. What is published from now on is encrypted for it too."))
    return redirect("posts:keys")


def _refused(request: SignedInRequest, form: PublicKeyForm) -> HttpResponse:
    if access.wants_json(request):
        return JsonResponse({"errors": form.errors}, status=422)
    return _page(request, form)


def _page(request: SignedInRequest, form: PublicKeyForm) -> HttpResponse:
    mine = list(keys_of_posts.of(request.user))
    active = [key for key in mine if key.is_active]
    ended = [key for key in mine if not key.is_active]
    context = {
        "form": form,
        "active_keys": active,
        "ended_keys": ended,
        # What the browser says of a private key that it can't use; it knows only the rules.
        "private_refusals": {
            rule: _(sentence) for rule, sentence in REFUSALS.items() if rule.startswith("private-")
        },
    }
    return render(request, "posts/keys/page.html", context)
