from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required, somebody_else
from accounts.models import User
from groups import access as groups_access
from groups.domain.members import GroupLocked, NotAMember
from groups.models import Group
from posts import access
from posts.files import limits
from posts.files.naming import NotThere
from posts.models import Post
from posts.publishing import posts
from posts.publishing.forms import DocumentForm, ReviseForm, SubmitForm
from posts.publishing.messages import too_long, too_many
from posts.publishing.quotas import POSTS_A_DAY
from posts.sealing import envelopes, readers
from secureblogs.http.answers import for_programs, malformed, refusal, require_POST
from secureblogs.http.json_bodies import json_members
from secureblogs.http.policies import shows_pictures


@shows_pictures
@login_required
@require_safe
def new_post(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the page to write on. A script sends its form, since the text has to be sealed first."""
    group = groups_access.group_of_member(request.user, slug)
    context = {"group": group, **_readers(group), **_author(request.user, group)}
    return render(request, "posts/writing/new.html", context)


@shows_pictures
@login_required
@require_safe
def write(request: SignedInRequest) -> HttpResponse:
    """Show the page to write on in a group that is chosen there; to who has none, what a group is."""
    groups = list(groups_access.groups_to_post_in(request.user))
    if not groups:
        return render(request, "posts/writing/first.html")
    named = [group for group in groups if group.slug == request.GET.get("group") or len(groups) == 1]
    context = {"groups": groups, **_author(request.user, *named)}
    if named:
        context |= {"group": named[0], **_readers(named[0])}
    return render(request, "posts/writing/write.html", context)


@shows_pictures
@login_required
@require_safe
def edit(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show the page to write on, with what readers are shown now, sealed."""
    post = access.post_to_revise(request.user, uid)
    shown = post.current
    context = {
        "post": post,
        "group": post.group,
        "envelope": envelopes.envelope(shown, reader=request.user) if envelopes.is_sealed(shown) else None,
        "reader_count": readers.readers_of(shown).total,
        "later": post.later,
        **_author(request.user, post.group),
    }
    return render(request, "posts/writing/edit.html", context)


@login_required
@require_safe
def drafts(request: SignedInRequest) -> HttpResponse:
    """Show the page of one's own drafts, which their browsers alone can open."""
    context = {"groups": groups_access.groups_of(request.user), "has_key": keys.has_active(request.user)}
    return render(request, "posts/writing/drafts.html", context)


def _readers(group: Group) -> dict[str, object]:
    return {"reader_count": readers.reader_count(group), "without_key": readers.members_without_key(group)}


def _author(user: User, group: Group | None = None) -> dict[str, object]:
    quotas = {"quota": POSTS_A_DAY.status(user), "file_limits": limits.status(user, group)}
    return {"has_key": keys.has_active(user), **quotas}


@for_programs
@login_required
@require_POST
def submit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Accept a sealed draft from the page to write on or from another client."""
    group = groups_access.group_of_member(request.user, slug)
    return _take(request, SubmitForm, lambda form: _submit(request, group, form))


@for_programs
@login_required
@require_POST
def revise(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Accept the sealed draft of a post's next revision."""
    post = access.post_to_revise(request.user, uid)
    return _take(request, ReviseForm, lambda form: _revise(post, form))


def _take(
    request: SignedInRequest, form_class: type[DocumentForm], accept: Callable[[DocumentForm], HttpResponse]
) -> HttpResponse:
    try:
        form = form_class(json_members(request))
    except RequestDataTooBig:
        return refusal(too_long(), status=413)
    if not form.is_valid():
        return malformed(form.errors)
    if form.cleaned_data.pop("author") not in {None, request.user.uid}:
        return somebody_else(request.user)
    try:
        return accept(form)
    except NotAMember:
        return refusal(_("You are no longer a member of this group."), status=404)
    except GroupLocked:
        return refusal(_("This group is locked: nobody can post in it now."), status=422)
    except posts.TooMany:
        return refusal(too_many(), status=429)
    except NotThere:
        return malformed(
            {"files": [_("A file has not arrived here, or belongs to another post. Add it again.")]}
        )
    except posts.OtherAccountKey:
        return refusal(
            _("Your key was replaced, so this has to be signed again."), status=409, member="account_key"
        )


def _submit(request: SignedInRequest, group: Group, form: DocumentForm) -> HttpResponse:
    try:
        post, is_new = posts.submit(group, author=request.user, **form.cleaned_data)
    except posts.UidTaken:
        return refusal(_("There is another post with this uid."), status=409, member="uid")
    except posts.Deleted:
        sentence = _(
            "This post arrived before, and was deleted since. Press 'Publish' once more to make it a new post."
        )
        return refusal(sentence, status=409, deleted=True)
    address = post.get_absolute_url()
    body = {"uid": str(post.uid), "address": address, "state": post.state}
    return JsonResponse(body, status=201 if is_new else 200, headers={"Location": address})


def _revise(post: Post, form: DocumentForm) -> HttpResponse:
    try:
        revision, is_new = posts.revise(post, **form.cleaned_data)
    except posts.NotNext as other:
        return JsonResponse({"revision": other.number, "state": other.state}, status=409)
    body = {
        "uid": str(post.uid),
        "revision": revision.number,
        "address": post.get_absolute_url(),
        "state": revision.state,
    }
    return JsonResponse(body, status=201 if is_new else 200)
