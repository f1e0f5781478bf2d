"""My keys: which there are, adding one, revoking one."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import access, reauthentication
from accounts.domain import devices, keys
from accounts.forms.public_keys import PublicKeyForm
from accounts.http import SignedInRequest, login_required
from accounts.keys import overview
from accounts.keys.bodies import NAME_LENGTH
from posts.lift import lifting
from posts.sealing import key_counts as keys_of_posts
from secureblogs.crypto.admissions import CODE_SECONDS
from secureblogs.crypto.refusals import REFUSALS
from secureblogs.http.answers import for_programs, malformed, require_POST, wants_json

# In the session: what somebody typed who was asked for their password first.
_TYPED = "typed_key"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("public_key", "label")
def my_keys(request: SignedInRequest) -> HttpResponse:
    """The list of my keys; a POST adds one, as a form or for a script that prefers JSON."""
    if request.method == "POST":
        return _add(request)
    return _page(request, PublicKeyForm(initial=request.session.pop(_TYPED, None)))


@login_required
@require_POST
def revoke(request: SignedInRequest, fingerprint: str) -> HttpResponse:
    """Give up a key for good."""
    keys.revoke(access.public_key_of(request.user, fingerprint))
    messages.success(request, _("The key is revoked. Nothing is encrypted for it any more."))
    return redirect("posts:keys")


@login_required
@for_programs
@require_POST
def export(request: SignedInRequest, fingerprint: str) -> HttpResponse:
    """Whether the browser may give a private key away as a file: the server has none, but asks who somebody is."""
    public_key = access.any_key_of(request.user, fingerprint)
    if not reauthentication.take_for_export(request):
        return reauthentication.ask(request, back_to="posts:keys", part="own")
    return JsonResponse({"fingerprint": public_key.fingerprint})


def _add(request: SignedInRequest) -> HttpResponse:
    form = PublicKeyForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    is_json = wants_json(request)
    if not reauthentication.is_covered(request):
        if not is_json:
            # It is a public key, and stands in the form again when its owner comes back.
            request.session[_TYPED] = form.data
        return reauthentication.ask(request, back_to="posts:keys")
    public_key, label = form.cleaned_data["public_key"], form.cleaned_data["label"]
    if is_json and not label:
        # A key that a browser made is named after the browser.
        label = devices.name_of(request.headers.get("User-Agent", ""))
    try:
        added = keys.add(
            request.user,
            public_key=public_key,
            label=label,
            session_key=request.session.session_key or "",
            signature=form.cleaned_data["signature"],
        )
    except keys.AlreadyAdded as already:
        if is_json and already.public_key.is_active:
            # The browser tries again, since the answer to its earlier try was lost on its way.
            return JsonResponse({"fingerprint": already.public_key.fingerprint})
        form.refuse(already.public_key)
        return _refused(request, form)
    except keys.HoldsSeed:
        form.refuse_holder()
        return _refused(request, form)
    except keys.NotSigned:
        form.refuse_unsigned()
        return _refused(request, form)
    if is_json:
        return JsonResponse({"fingerprint": added.fingerprint}, status=201)
    messages.success(request, _("The key is added. What is published from now on is encrypted for it too."))
    return redirect("posts:keys")


def _refused(request: SignedInRequest, form: PublicKeyForm) -> HttpResponse:
    if wants_json(request):
        return malformed(form.errors)
    return _page(request, form)


def _page(request: SignedInRequest, form: PublicKeyForm) -> HttpResponse:
    mine = list(keys_of_posts.own_of(request.user))
    active = [key for key in mine if key.is_active]
    ended = [key for key in mine if not key.is_active]
    done, total = lifting.progress(request.user)
    lost_count, lost = lifting.lost(request.user)
    context = {
        "form": form,
        "lost": lost,
        "lost_count": lost_count,
        "lift": {"done": done, "total": total if done < total else 0},
        "device_name_length": NAME_LENGTH,
        "code_seconds": CODE_SECONDS,
        "code_minutes": CODE_SECONDS // 60,
        "add_url": request.build_absolute_uri(reverse("accounts:add_browser")),
        "active_keys": active,
        "ended_keys": ended,
        "quota": keys.OWN_KEYS.status(request.user, used=len(active)),
        **overview.of(request.user),
        # The browser knows only the rules, and takes from here what it says of a private key that it can't use.
        "private_refusals": {
            rule: _(sentence) for rule, sentence in REFUSALS.items() if rule.startswith("private-")
        },
    }
    return render(request, "posts/keys/page.html", context)
