"""Answering read requests: for the author of the post."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from posts.models import AlreadyAnswered
from posts.requests import access, answering, events, mutes, rewrapping
from posts.requests.forms import ApproveForm, RejectForm, sent
from posts.requests.messages import already_answered, difference
from secureblogs.http.answers import (
    for_programs,
    for_programs_and_forms,
    malformed,
    require_POST,
    turn_back,
    wants_json,
)


@for_programs
@login_required
@require_safe
def read_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the author's browser needs to wrap the post's key for the asker."""
    return JsonResponse(rewrapping.material(access.read_request_to_answer(request.user, pk)))


@for_programs
@login_required
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """How many requests wait for the user."""
    return JsonResponse({"pending": events.pending_count(request.user)})


@for_programs
@login_required
@require_safe
def waiting_from(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Which requests of one person wait for the user."""
    return JsonResponse({"request_ids": access.requests_waiting_from(request.user, uid)})


@for_programs
@login_required
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Grant it, with the content key wrapped in the author's browser."""
    to_answer = access.read_request_to_answer(request.user, pk)
    form = ApproveForm(sent(request))
    if not form.is_valid():
        return malformed(form.errors)
    try:
        answering.approve(
            to_answer,
            keys=form.cleaned_data["wrapped_keys"],
            revision=form.cleaned_data["revision"] or 1,
        )
    except answering.Revised as revised:
        return JsonResponse({"revision": revised.revision}, status=409)
    except AlreadyAnswered as answered:
        return JsonResponse({"state": answered.state}, status=409)
    except answering.WrongKeys as wrong:
        return malformed({"wrapped_keys": difference(wrong)}, **vars(wrong))
    return JsonResponse({"state": to_answer.state})


@for_programs_and_forms
@login_required
@require_POST
def reject(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say no, with a reason or without."""
    to_answer = access.read_request_to_answer(request.user, pk)
    form = RejectForm(sent(request))
    if not form.is_valid():
        return turn_back(request, form.errors, to="posts:requests")
    try:
        answering.reject(to_answer, reason=form.cleaned_data["reason"])
    except AlreadyAnswered as answered:
        return _too_late(request, answered)
    return JsonResponse({"state": to_answer.state}) if wants_json(request) else redirect("posts:requests")


@login_required
@require_POST
def mute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take no more requests of the person who made this one, and refuse those that wait."""
    asker = access.read_request_to_answer(request.user, pk).asker
    mutes.mute(request.user, asker=asker)
    said = _("%(name)s can't ask you any more. You can change that under Preferences.") % {"name": asker.name}
    messages.success(request, said)
    return redirect("posts:requests")


@login_required
@require_POST
def unmute(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Let a person ask again."""
    asker = access.muted_person(request.user, uid)
    mutes.unmute(request.user, asker=asker)
    messages.success(request, _("%(name)s can ask you again.") % {"name": asker.name})
    return redirect("posts:request_preferences")


@login_required
@require_POST
def withdraw_grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a granted key back."""
    granted = access.read_request_to_answer(request.user, pk)
    name = {"name": granted.asker.name}
    try:
        answering.withdraw_grant(granted)
    except answering.NothingGranted:
        messages.warning(request, _("There is no grant to withdraw: %(name)s has no key by it.") % name)
    else:
        said = _("The grant is withdrawn: %(name)s can't open the post any more.") % name
        messages.success(request, said)
    return redirect(granted.post)


def _too_late(request: SignedInRequest, answered: AlreadyAnswered) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"state": answered.state}, status=409)
    messages.warning(request, already_answered(answered.state))
    return redirect("posts:requests")
