from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import keys
from accounts.requests import SignedInRequest
from posts import access
from posts.domain import envelopes, grants, publishing, read_requests, readers
from posts.models import Post, State


@login_required
@require_safe
def post(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """One post. Its content comes along sealed, and the reader's browser opens it."""
    post = access.post_to_read(request.user, uid)
    return render(
        request, "posts/posts/post.html", {"post": post, **_reading(post, request), **_progress(post)}
    )


@login_required
@require_POST
def delete(request: SignedInRequest, uid: UUID) -> HttpResponse:
    post = access.post_to_delete(request.user, uid)
    publishing.delete(post)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": post.title})
    return redirect(post.group)


@login_required
@require_POST
def retry(request: SignedInRequest, uid: UUID) -> HttpResponse:
    post = access.post_to_retry(request.user, uid)
    publishing.try_again(post)
    return redirect(post)


def _reading(post: Post, request: SignedInRequest) -> dict[str, object]:
    if not envelopes.is_sealed(post):
        return {}
    envelope = envelopes.envelope(post, reader=request.user)
    context = {"readers": readers.readers_of(post), **_requests(post, request)}
    if envelope["wrapped_keys"]:
        return {"envelope": envelope, **context}
    return {
        "is_locked": True,
        **context,
        "has_key": keys.has_active(request.user),
        "is_awaited": post.state == State.ENCRYPTING and readers.is_awaited_by(post, request.user),
    }


def _requests(post: Post, request: SignedInRequest) -> dict[str, object]:
    context: dict[str, object] = {}
    if post.lacks_key or post.is_granted or not post.is_readable:
        context["standing"] = read_requests.standing(post, asker=request.user)
    if post.is_granted or post.author == request.user:
        context["grants"] = grants.grants_of(post)
    return context


def _progress(post: Post) -> dict[str, object]:
    return {"wrapped": readers.wrapped_count(post)} if post.state == State.ENCRYPTING else {}
