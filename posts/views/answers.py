"""Answering read requests: for the author of the post."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from posts import request_access as access
from posts.access import login_required_json, refusal
from posts.domain import answers, mutes, request_news, rewrapping
from posts.domain.request_moves import AlreadyAnswered
from posts.models import ReadRequest
from posts.request_access import is_form, is_sent_as_form, login_required_form_or_json
from posts.request_forms import ApproveForm, RejectForm, error_lists, sent
from posts.request_words import difference


@login_required_json
@require_safe
def read_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the author's browser needs to wrap the post's key for the asker."""
    return JsonResponse(rewrapping.material(access.read_request_to_answer(request.user, pk)))


@login_required_json
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """How many requests wait for the user."""
    return JsonResponse({"pending": request_news.pending_count(request.user)})


@login_required_json
@require_safe
def waiting_from(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Which requests of one person wait for the user."""
    waiting = ReadRequest.objects.to_answer_by(request.user).pending().filter(asker__uid=uid)
    return JsonResponse({"request_ids": list(waiting.values_list("pk", flat=True))})


@login_required_json
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Grant it, with the content key wrapped in the author's browser."""
    to_answer = access.read_request_to_answer(request.user, pk)
    try:
        form = ApproveForm(sent(request))
    except ValidationError as error:
        return refusal(str(error.message), status=422)
    if not form.is_valid():
        return JsonResponse({"errors": error_lists(form)}, status=422)
    try:
        answers.approve(to_answer, keys=form.cleaned_data["wrapped_keys"])
    except AlreadyAnswered as answered:
        return JsonResponse({"state": answered.state}, status=409)
    except answers.WrongKeys as wrong:
        return JsonResponse({"errors": {"wrapped_keys": difference(wrong)}, **vars(wrong)}, status=422)
    return JsonResponse({"state": to_answer.state})


@login_required_form_or_json
@require_POST
def reject(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say no, with a reason or without."""
    to_answer = access.read_request_to_answer(request.user, pk)
    try:
        form = RejectForm(sent(request))
    except ValidationError as error:
        return refusal(str(error.message), status=422)
    if not form.is_valid():
        return _malformed(request, form)
    try:
        answers.reject(to_answer, reason=form.cleaned_data["reason"])
    except AlreadyAnswered as answered:
        return _too_late(request, answered)
    return _done(request, {"state": to_answer.state}, as_form=is_sent_as_form(request))


@login_required_form_or_json
@require_POST
def mute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take no more requests of the person who made this one, and refuse those that wait."""
    asker = access.read_request_to_answer(request.user, pk).asker
    mutes.mute(request.user, asker=asker)
    said = _("%(name)s can't ask you any more. You can change that under Preferences.") % {"name": asker.name}
    return _done(request, {"muted": str(asker.uid)}, said, as_form=is_form(request))


@login_required_form_or_json
@require_POST
def unmute(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Let a person ask again."""
    asker = access.muted_person(request.user, uid)
    mutes.unmute(request.user, asker=asker)
    if is_form(request):
        messages.success(request, _("%(name)s can ask you again.") % {"name": asker.name})
        return redirect("posts:request_preferences")
    return JsonResponse({"unmuted": str(asker.uid)})


@login_required_form_or_json
@require_POST
def withdraw_grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a granted key back."""
    granted = access.read_request_to_answer(request.user, pk)
    try:
        answers.withdraw_grant(granted)
    except answers.NothingGranted:
        if not is_form(request):
            return JsonResponse({"state": granted.state}, status=409)
    if is_form(request):
        messages.success(
            request,
            _("The grant is withdrawn: %(name)s can't open the post any more.")
            % {"name": granted.asker.name},
        )
        return redirect(granted.post)
    return JsonResponse({"state": granted.state})


def _done(
    request: SignedInRequest, body: dict[str, object], said: str = "", *, as_form: bool
) -> HttpResponse:
    if not as_form:
        return JsonResponse(body)
    if said:
        messages.success(request, said)
    return redirect("posts:requests")


def _too_late(request: SignedInRequest, answered: AlreadyAnswered) -> HttpResponse:
    # 409 tells a program more than a redirect does; only a person in front of a page is led on.
    if not is_form(request):
        return JsonResponse({"state": answered.state}, status=409)
    messages.warning(request, _("That request no longer waits: %(state)s.") % {"state": answered.state.label})
    return redirect("posts:requests")


def _malformed(request: SignedInRequest, form: RejectForm) -> HttpResponse:
    if not is_form(request):
        return JsonResponse({"errors": error_lists(form)}, status=422)
    messages.error(request, " ".join(error_lists(form)["reason"]))
    return redirect("posts:requests")
