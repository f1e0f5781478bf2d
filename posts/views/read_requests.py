"""Asking to read: for one post or for all from before one joined, taking it back, and saying that a grant is wrong."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from groups import access as groups_access
from groups.domain.members import NotAMember
from groups.models import Group
from posts import request_access as access
from posts.access import login_required_json, refusal
from posts.domain import answers, read_requests
from posts.domain.obstacles import CannotAsk
from posts.domain.request_moves import AlreadyAnswered
from posts.models import Post
from posts.request_access import is_form, login_required_form_or_json
from posts.request_forms import AskForm, ReportForm, error_lists, sent
from posts.request_words import why_not


@login_required_form_or_json
@require_POST
def ask(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Ask the author of a post for a key."""
    post = access.post_to_ask_for(request.user, uid)
    try:
        form = AskForm(sent(request))
    except ValidationError as error:
        return refusal(str(error.message), status=422)
    if not form.is_valid():
        return _malformed(request, post, form)
    try:
        read_request, is_new = read_requests.ask(
            post, asker=request.user, message=form.cleaned_data["message"]
        )
    except CannotAsk as obstacle:
        return _refused(request, post, why_not(obstacle))
    except (NotAMember, read_requests.PostGone):
        raise Http404 from None
    if is_form(request):
        return redirect(post)
    body = {"request_id": read_request.pk, "state": read_request.state}
    return JsonResponse(body, status=201 if is_new else 200)


@login_required_form_or_json
@require_POST
def ask_all(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for every post of a group from before one joined."""
    group = groups_access.group_of_member(request.user, slug)
    try:
        asked = read_requests.ask_all(group, asker=request.user)
    except CannotAsk as obstacle:
        return _refused(request, group, why_not(obstacle))
    except NotAMember:
        raise Http404 from None
    if not is_form(request):
        return JsonResponse({"request_ids": [read_request.pk for read_request in asked]}, status=201)
    said = ngettext("You asked to read %d post.", "You asked to read %d posts.", len(asked)) % len(asked)
    messages.success(request, said)
    return redirect(group)


@login_required_form_or_json
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's own question back."""
    read_request = access.read_request_asked(request.user, pk)
    try:
        read_requests.withdraw(read_request)
    except AlreadyAnswered as answered:
        if not is_form(request):
            return JsonResponse({"state": answered.state}, status=409)
        messages.warning(request, _("It was answered before you withdrew it."))
    if is_form(request):
        return redirect(read_request.post)
    return JsonResponse({"state": read_request.state})


@login_required_json
@require_POST
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that what was granted does not open the post; only the asker's browser can know."""
    read_request = access.read_request_asked(request.user, pk)
    try:
        form = ReportForm(sent(request))
    except ValidationError as error:
        return refusal(str(error.message), status=422)
    if not form.is_valid():
        return JsonResponse({"errors": error_lists(form)}, status=422)
    try:
        answers.report_wrong(read_request, fingerprints=form.cleaned_data["fingerprints"])
    except AlreadyAnswered as answered:
        return JsonResponse({"state": answered.state}, status=409)
    except answers.NothingGranted:
        return refusal(_("None of these keys was granted by this request."), status=422)
    return JsonResponse({"state": read_request.state})


def _malformed(request: SignedInRequest, post: Post, form: AskForm) -> HttpResponse:
    if not is_form(request):
        return JsonResponse({"errors": error_lists(form)}, status=422)
    return _refused(request, post, " ".join(error_lists(form)["message"]))


def _refused(request: SignedInRequest, back_to: Post | Group, sentence: str) -> HttpResponse:
    if not is_form(request):
        return refusal(sentence, status=422)
    messages.error(request, sentence)
    return redirect(back_to)
