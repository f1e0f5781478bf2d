"""Letting a new device in."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.keys import access, admissions, reading
from accounts.keys.views import answers
from accounts.keys.views.answers import for_browsers
from accounts.models import Admission
from secureblogs.http.answers import require_POST


@for_browsers
@require_POST
def open_one(request: SignedInRequest) -> HttpResponse:
    """Wait for a new device, under a number that the browser drew."""
    caller = answers.confirmed_caller(request)
    uid = answers.body(request).uid("uid")
    opened, is_new = admissions.open_admission(request.user, uid, session=caller.session)
    return JsonResponse(reading.admission(opened), status=201 if is_new else 200)


@for_browsers
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """The admission that waits, for a new device where somebody types the code."""
    found = access.open_admission_of(request.user)
    return JsonResponse({"admission": reading.admission(found) if found else None})


@for_browsers
@require_safe
def admission(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """How far an admission is."""
    return _shown(access.admission_of(request.user, uid))


@for_browsers
@require_POST
def offer(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """A new device offers itself."""
    found, body = access.admission_of(request.user, uid), answers.body(request)
    key, name, mac = body.public_key("public_key"), body.line("name"), body.data("mac", size=32)
    is_new = admissions.offer(found, key=key, name=name, mac=mac)
    return _shown(found, status=201 if is_new else 200)


@for_browsers
@require_POST
def answer(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """The old device lets it in, or not."""
    found = access.admission_of(request.user, uid)
    admissions.answer(found, answers.body(request), caller=answers.caller(request))
    return _shown(access.admission_of(request.user, uid))


@for_browsers
@require_POST
def end(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Take the code back that the old device shows."""
    admissions.end(access.admission_of(request.user, uid))
    return _shown(access.admission_of(request.user, uid))


def _shown(found: Admission, *, status: int = 200) -> JsonResponse:
    return JsonResponse(reading.admission(found), status=status)
