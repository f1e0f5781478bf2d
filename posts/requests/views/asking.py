"""Asking to read: for one post or for all from before one joined, taking it back, and saying that a grant is wrong."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.http import SignedInRequest, login_required
from groups import access as groups_access
from groups.domain.members import NotAMember
from posts.models import AlreadyAnswered
from posts.requests import access, answering, asking
from posts.requests.forms import AskForm, ReportForm, sent
from posts.requests.messages import why_not
from posts.requests.obstacles import WAITING, CannotAsk, TooManyWaiting
from secureblogs.http.answers import for_programs, malformed, refusal, require_POST, turn_back, wants_json


@for_programs
@login_required
@require_POST
def ask(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Ask the author of a post for a key."""
    post = access.post_to_ask_for(request.user, uid)
    form = AskForm(sent(request))
    if not form.is_valid():
        return turn_back(request, form.errors, to=post)
    try:
        read_request, is_new = asking.ask(post, asker=request.user, message=form.cleaned_data["message"])
    except TooManyWaiting:
        raise WAITING.status(request.user).refusal() from None
    except CannotAsk as obstacle:
        return turn_back(request, why_not(obstacle), to=post)
    except (NotAMember, asking.PostGone):
        raise Http404 from None
    if not wants_json(request):
        return redirect(post)
    body = {"request_id": read_request.pk, "state": read_request.state}
    return JsonResponse(body, status=201 if is_new else 200)


@login_required
@require_POST
def ask_all(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for every post of a group from before one joined."""
    group = groups_access.group_of_member(request.user, slug)
    try:
        asked = asking.ask_all(group, asker=request.user)
    except TooManyWaiting:
        raise WAITING.status(request.user).refusal() from None
    except CannotAsk as obstacle:
        messages.error(request, why_not(obstacle))
        return redirect(group)
    except NotAMember:
        raise Http404 from None
    said = ngettext(
        "You asked to read %(number)d post.", "You asked to read %(number)d posts.", len(asked)
    ) % {"number": len(asked)}
    messages.success(request, said)
    return redirect(group)


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's own question back."""
    read_request = access.read_request_asked(request.user, pk)
    try:
        asking.withdraw(read_request)
    except AlreadyAnswered:
        messages.warning(request, _("It was answered before you withdrew it."))
    return redirect(read_request.post)


@for_programs
@login_required
@require_POST
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that what was granted does not open the post; only the asker's browser can know."""
    read_request = access.read_request_asked(request.user, pk)
    form = ReportForm(sent(request))
    if not form.is_valid():
        return malformed(form.errors)
    try:
        answering.report_wrong(read_request, fingerprints=form.cleaned_data["fingerprints"])
    except AlreadyAnswered as answered:
        return JsonResponse({"state": answered.state}, status=409)
    except answering.NothingGranted:
        sentence = _("None of these keys was granted by this request.")
        return refusal(sentence, status=422)
    return JsonResponse({"state": read_request.state})
