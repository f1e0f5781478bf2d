"""Comments: a page of them, sealed, as the page of their post takes it in; writing, editing and deleting one."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from groups.domain.members import GroupLocked, NotAMember
from posts.comments import access, commenting, lists
from posts.comments.forms import EditForm, WriteForm
from posts.comments.messages import why_not
from posts.models import Comment, Post
from secureblogs.http.answers import for_programs, malformed, refusal, require_POST
from secureblogs.http.json_bodies import json_members
from secureblogs.queries.paging import Page


@login_required
@require_safe
def comments(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Some comments of a post."""
    post = access.post_with_comments(request.user, uid)
    return redirect(post) if _is_person(request) else _shown(request, post, lists.page_of(post, request.GET))


@login_required
@require_safe
def comment(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """One comment, for open pages that were told of it."""
    found = access.comment_to_show(request.user, uid)
    if _is_person(request):
        return redirect(f"{found.post.get_absolute_url()}#comment-{found.uid}")
    post = access.post_with_comments(request.user, found.post.uid)
    return _shown(request, post, lists.one_of(found))


@for_programs
@login_required
@require_POST
def write(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Accept a sealed comment, or an answer to one."""
    post = access.post_with_comments(request.user, uid)
    form = WriteForm(json_members(request))
    if not form.is_valid():
        return malformed(form.errors)
    named = {name: form.cleaned_data[name] for name in ("uid", "parent")}
    try:
        written, is_new = commenting.write(post, author=request.user, sealed=form.sealed, **named)
    except NotAMember:
        raise Http404 from None
    except commenting.UidTaken:
        return refusal(_("There is another comment with this uid."), status=409, member="uid")
    except commenting.Deleted:
        sentence = _(
            "This comment arrived before, and was deleted since. Send it once more to write it anew."
        )
        return refusal(sentence, status=409, deleted=True)
    except (GroupLocked, commenting.CannotWrite) as obstacle:
        return _refused(obstacle)
    return JsonResponse(_named(written), status=201 if is_new else 200)


@for_programs
@login_required
@require_POST
def edit(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Accept the next revision of one of the user's own."""
    own = access.comment_to_edit(request.user, uid)
    form = EditForm(json_members(request))
    if not form.is_valid():
        return malformed(form.errors)
    try:
        edited = commenting.edit(own, revision=form.cleaned_data["revision"], sealed=form.sealed)
    except NotAMember:
        raise Http404 from None
    except commenting.OtherRevision as other:
        said = {"__all__": [_("This comment was changed meanwhile, in another tab or on another device.")]}
        return JsonResponse({"errors": said, "revision": other.current}, status=409)
    except (GroupLocked, commenting.CannotWrite) as obstacle:
        return _refused(obstacle)
    return JsonResponse(_named(edited))


@for_programs
@login_required
@require_POST
def delete(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Delete a comment of the user's own, of their post, or of a group that they moderate."""
    commenting.delete(access.comment_to_delete(request.user, uid))
    return JsonResponse({"uid": str(uid), "deleted": True})


def _is_person(request: SignedInRequest) -> bool:
    """Whether somebody comes here by an address, and not a script for its page."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def _shown(request: SignedInRequest, post: Post, page: Page[Comment]) -> HttpResponse:
    context = {
        "post": post,
        "page": page,
        "moderates": lists.moderates(post, request.user),
        "keys": lists.keys_of_authors(page.rows),
    }
    return render(request, "posts/comments/page.html", context)


def _refused(obstacle: Exception) -> HttpResponse:
    status = 429 if isinstance(obstacle, commenting.TooMany) else 422
    return refusal(why_not(obstacle), status=status)


def _named(comment: Comment) -> dict[str, object]:
    return {"uid": str(comment.uid), "revision": comment.revision}
