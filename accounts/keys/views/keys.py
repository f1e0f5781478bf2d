"""A person's account key: reading all about it, making, replacing, starting over; and who holds it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import sessions
from accounts.http import SignedInRequest, page_before
from accounts.keys import chain, keyholders, reading, sent, starting_over
from accounts.keys.bodies import Members, is_fingerprint
from accounts.keys.errors import TooLate
from accounts.keys.views import answers
from accounts.keys.views.answers import for_browsers
from secureblogs.crypto.statements import LOST_DEVICE, RESET
from secureblogs.http.answers import for_programs_and_forms, require_POST, wants_json
from secureblogs.http.json_bodies import json_members


@for_browsers
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """All about my keys, with the boxes of the device or code that `for` names."""
    recipient = request.GET.get("for", "")
    known = recipient if is_fingerprint(recipient) else ""
    return JsonResponse(reading.account(request.user, known))


@for_browsers
@require_safe
def public_keys(request: SignedInRequest) -> HttpResponse:
    """The public keys in it, which are long."""
    return JsonResponse(reading.public_keys(request.user))


@for_browsers
@require_POST
def replace(request: SignedInRequest) -> HttpResponse:
    """A new generation: the first, one that the newest signed, or one that starts over."""
    caller = answers.confirmed_caller(request)
    members = json_members(request)
    asked = sent.account_key(Members(members))
    if asked.cause == RESET:
        is_done = starting_over.ask(request.user, members, asked, session=caller.session)
        return answers.account(request, status=201 if is_done else 202)
    is_new = chain.replace(request.user, asked, session=caller.session)
    if is_new and asked.cause == LOST_DEVICE:
        sessions.go_on(request)
    return answers.account(request, status=201 if is_new else 200)


@for_programs_and_forms
@for_browsers
@require_POST
def stop(request: SignedInRequest) -> HttpResponse:
    """Stop what I did not ask for, or no longer want. The button is on every page, and needs no script."""
    if wants_json(request):
        starting_over.stop(request.user)
        return answers.account(request)
    try:
        starting_over.stop(request.user)
        messages.success(request, _("Stopped: your devices and your recovery code stay as they are."))
    except TooLate as late:
        messages.error(request, str(late))
    return redirect(page_before(request) or answers.KEYS)


@for_browsers
@require_POST
def change_keyholders(request: SignedInRequest) -> HttpResponse:
    """A new list of devices and codes."""
    body = answers.body(request)
    keyholders.change(
        request.user,
        generation=body.number("generation"),
        sent=sent.keyholders(body),
        caller=answers.caller(request),
        confirmed=body.fingerprint("confirmed") if body.has("confirmed") else "",
        used_code=body.fingerprint("used_code") if body.has("used_code") else "",
    )
    return answers.account(request)


@for_browsers
@require_POST
def used(request: SignedInRequest) -> HttpResponse:
    """Note that the browser that calls holds this device's key."""
    caller, fingerprint = answers.caller(request), answers.body(request).fingerprint("fingerprint")
    is_listed = keyholders.note_used(
        request.user, fingerprint=fingerprint, session=caller.session, is_confirmed=caller.is_confirmed
    )
    if not is_listed:
        raise Http404
    return HttpResponse(status=204)
