from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required
from posts import access
from posts.models import AlreadyMoved, Post, State
from posts.publishing import deletions, posts
from posts.publishing.messages import too_many, why_failed
from posts.requests import asking, grants
from posts.requests.forms import AskForm
from posts.requests.messages import why_not
from posts.sealing import envelopes, readers
from secureblogs.http.answers import require_POST


@login_required
@require_safe
def post(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show one post. Its content comes along sealed, and the reader's browser opens it."""
    post = access.post_to_read(request.user, uid)
    return render(
        request, "posts/posts/post.html", {"post": post, **_reading(post, request), **_progress(post)}
    )


@login_required
@require_POST
def delete(request: SignedInRequest, uid: UUID) -> HttpResponse:
    post = access.post_to_delete(request.user, uid)
    deletions.delete(post)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": post.title})
    return redirect(post.group)


@login_required
@require_POST
def retry(request: SignedInRequest, uid: UUID) -> HttpResponse:
    post = access.post_to_retry(request.user, uid)
    try:
        posts.try_again(post)
    except AlreadyMoved:
        # The click was a second one, or came from an old page: the post's own page says how it stands.
        pass
    except posts.TooMany:
        messages.error(request, too_many())
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
        status = context["ask_status"] = asking.status_of(post, asker=request.user)
        context["ask_form"] = AskForm()
        context["why_not"] = why_not(status.obstacle) if status.obstacle else ""
    if post.is_granted or post.author == request.user:
        context["grants"] = grants.newest_of(post)
    return context


def _progress(post: Post) -> dict[str, object]:
    if post.state == State.ENCRYPTING:
        return {"wrapped": readers.wrapped_count(post)}
    return {"why_failed": why_failed(post.failure)}
