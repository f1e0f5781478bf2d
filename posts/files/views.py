"""Files on their way: announced, sent in parts, and fetched in parts. What is in them the site never sees."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, login_required
from groups import access as groups_access
from posts.files import access, limits, uploading
from posts.files.forms import AnnounceForm
from posts.models import StoredFile
from secureblogs.http.answers import for_programs, malformed, refusal, require_POST
from secureblogs.http.json_bodies import json_members


@for_programs
@login_required
@require_POST
def announce(request: SignedInRequest) -> HttpResponse:
    """Announce a file; the answer says which parts of it are missing, each time that the browser asks."""
    form = AnnounceForm(json_members(request))
    if not form.is_valid():
        return malformed(form.errors)
    if uid := form.cleaned_data["group"]:
        form.cleaned_data["group"] = groups_access.group_of_member_by_uid(request.user, uid)
    try:
        file, is_new = uploading.announce(request.user, **form.cleaned_data)
    except limits.TooLarge as large:
        return malformed({"size": [large]})
    except uploading.UidTaken:
        return refusal(_("There is another file with this uid."), status=409, member="uid")
    return _state(file, status=201 if is_new else 200)


@for_programs
@login_required
@require_http_methods(["GET", "HEAD", "DELETE"])
def file(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """What has come of a file of one's own; DELETE takes one back that was never published."""
    file = access.file_of(request.user, uid)
    if request.method != "DELETE":
        return _state(file)
    try:
        uploading.drop(file)
    except uploading.AlreadyNamed:
        return refusal(_("The file is published, and goes with its post."), status=409)
    return JsonResponse({})


@for_programs
@login_required
@require_http_methods(["GET", "HEAD", "PUT"])
def part(request: SignedInRequest, uid: UUID, number: int) -> HttpResponse:
    """A part of a file that one may read; PUT brings one of a file of one's own."""
    try:
        if request.method == "PUT":
            return _state(uploading.take_part(access.file_of(request.user, uid), number, request.body))
        content = uploading.part_of(access.file_to_read(request.user, uid), number)
    except uploading.WrongPart:
        return refusal(_("The file has no such part."), status=422)
    return _as_bytes(content)


def _state(file: StoredFile, *, status: int = 200) -> JsonResponse:
    body = {"uid": str(file.uid), "size": file.size, "missing": file.missing}
    return JsonResponse(body, status=status)


def _as_bytes(content: bytes) -> HttpResponse:
    # Nothing that a browser would show, and nothing that gets smaller.
    headers = {"Content-Disposition": "attachment", "Content-Encoding": "identity"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
