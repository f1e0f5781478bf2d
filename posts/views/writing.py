from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import keys
from accounts.requests import SignedInRequest
from groups import access as groups_access
from groups.domain.members import GroupLocked, NotAMember
from groups.models import Group
from posts.access import login_required_json, refusal
from posts.domain import publishing, readers
from posts.forms import SubmitForm, json_members


@login_required
@require_safe
def new_post(request: SignedInRequest, slug: str) -> HttpResponse:
    """The page to write on. Its form is sent by a script, since the text has to be sealed first."""
    group = groups_access.group_of_member(request.user, slug)
    context = {
        "group": group,
        "uid": uuid4(),
        "reader_count": readers.reader_count(group),
        "without_key": readers.members_without_key(group),
        "has_key": keys.has_active(request.user),
    }
    return render(request, "posts/writing/new.html", context)


@login_required_json
@require_POST
def submit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Accept a sealed draft from the page above or from another client."""
    group = groups_access.group_of_member(request.user, slug)
    try:
        form = SubmitForm(json_members(request))
    except RequestDataTooBig:
        return refusal(_("The text is too long: 1 MiB is the most."), status=413)
    except ValidationError as error:
        return refusal(str(error.message), status=422)
    if not form.is_valid():
        return JsonResponse({"errors": form.error_lists}, status=422)
    return _submit(request, group, form)


def _submit(request: SignedInRequest, group: Group, form: SubmitForm) -> HttpResponse:
    try:
        post, is_new = publishing.submit(group, author=request.user, **form.cleaned_data)
    except NotAMember:
        return refusal(_("You are no longer a member of this group."), status=404)
    except GroupLocked:
        return refusal(_("This group is locked: nobody can post in it now."), status=422)
    except publishing.UidTaken:
        return refusal(_("There is another post with this uid."), status=409)
    address = post.get_absolute_url()
    body = {"uid": str(post.uid), "address": address, "state": post.state}
    return JsonResponse(body, status=201 if is_new else 200, headers={"Location": address})
