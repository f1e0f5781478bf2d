from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required
from posts import access, lists
from posts.models import AlreadyMoved, Post, State
from posts.publishing import deletions, posts
from posts.publishing.messages import too_many, why_failed
from posts.requests import asking, grants
from posts.requests.forms import AskForm
from posts.requests.messages import why_not
from posts.sealing import envelopes, readers
from secureblogs.http.answers import require_POST
from secureblogs.http.policies import shows_pictures


@shows_pictures
@login_required
@require_safe
def post(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show one post. Its content comes along sealed, and the reader's browser opens it."""
    post = access.post_to_read(request.user, uid)
    beside = lists.neighbours(post, request.user)
    context = {"post": post, **beside, **_reading(post, request), **_progress(post), **_later(post, request)}
    return render(request, "posts/posts/post.html", context)


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
    revision = access.newest_revision(request.user, uid)
    try:
        posts.try_again(revision)
    except AlreadyMoved:
        # The click was a second one, or came from an old page: the post's own page says how it stands.
        pass
    except posts.TooMany:
        messages.error(request, too_many())
    return redirect(revision.post)


@login_required
@require_POST
def discard(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Give up an edit that failed."""
    revision = access.newest_revision(request.user, uid)
    try:
        posts.discard(revision)
    except AlreadyMoved:
        # As for a second click on 'Try again'.
        pass
    return redirect(revision.post)


def _reading(post: Post, request: SignedInRequest) -> dict[str, object]:
    if not envelopes.is_sealed(post.current):
        return {}
    envelope = envelopes.envelope(post.current, reader=request.user)
    context = {"readers": readers.readers_of(post.current), **_requests(post, request)}
    if envelope["wrapped_keys"]:
        return {"envelope": envelope, **context}
    return {
        "is_locked": True,
        **context,
        "has_key": keys.has_active(request.user),
        "is_awaited": post.state == State.ENCRYPTING and readers.is_awaited_by(post.current, request.user),
    }


def _later(post: Post, request: SignedInRequest) -> dict[str, object]:
    """What its author sees of an edit on its way."""
    later = post.later if post.author_id == request.user.pk else None
    if later is None:
        return {}
    wrapped = readers.wrapped_count(later) if later.state == State.ENCRYPTING else 0
    return {"later": later, "later_wrapped": wrapped, "why_later_failed": why_failed(later.failure)}


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
        return {"wrapped": readers.wrapped_count(post.current)}
    return {"why_failed": why_failed(post.current.failure)}
