from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required, somebody_else
from groups import access as groups_access
from groups.domain.members import GroupLocked, NotAMember
from groups.models import Group
from posts.forms import SubmitForm
from posts.publishing import posts
from posts.publishing.messages import too_many
from posts.sealing import readers
from secureblogs.http.answers import for_programs, malformed, refusal, require_POST
from secureblogs.http.json_bodies import json_members


@login_required
@require_safe
def new_post(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the page to write on. A script sends its form, since the text has to be sealed first."""
    group = groups_access.group_of_member(request.user, slug)
    context = {
        "group": group,
        "reader_count": readers.reader_count(group),
        "without_key": readers.members_without_key(group),
        "has_key": keys.has_active(request.user),
    }
    return render(request, "posts/writing/new.html", context)


@for_programs
@login_required
@require_POST
def submit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Accept a sealed draft from the page above or from another client."""
    group = groups_access.group_of_member(request.user, slug)
    try:
        form = SubmitForm(json_members(request))
    except RequestDataTooBig:
        return refusal(_("The text is too long: 1 MiB is the most."), status=413)
    if not form.is_valid():
        return malformed(form.errors)
    if form.cleaned_data.pop("author") not in {None, request.user.uid}:
        return somebody_else(request.user)
    return _submit(request, group, form)


def _submit(request: SignedInRequest, group: Group, form: SubmitForm) -> HttpResponse:
    try:
        post, is_new = posts.submit(group, author=request.user, **form.cleaned_data)
    except NotAMember:
        return refusal(_("You are no longer a member of this group."), status=404)
    except GroupLocked:
        return refusal(_("This group is locked: nobody can post in it now."), status=422)
    except posts.TooMany:
        return refusal(too_many(), status=429)
    except posts.UidTaken:
        return refusal(_("There is another post with this uid."), status=409, member="uid")
    address = post.get_absolute_url()
    body = {"uid": str(post.uid), "address": address, "state": post.state}
    return JsonResponse(body, status=201 if is_new else 200, headers={"Location": address})
