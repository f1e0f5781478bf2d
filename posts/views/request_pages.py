"""The page of requests, and the words of a toast about one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from posts import request_access as access
from posts import request_lists
from posts.domain import grants as grants_of_posts
from posts.domain import notices, request_news
from posts.models import ReadRequest, RequestState
from posts.request_forms import RejectForm


@login_required
@require_safe
def requests(request: SignedInRequest) -> HttpResponse:
    """What waits for me, what I answered lately, and what I asked."""
    waiting = request_lists.waiting_for(request.user, request.GET)
    # A tab that only fetches its page again may have nobody in front of it.
    if waiting.read_requests and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        notices.mark_seen(request.user, until=max(each.asked_at for each in waiting.read_requests))
    context = {
        "waiting": waiting,
        "answered": request_lists.answered_by(request.user),
        "asked": request_lists.asked_by(request.user, request.GET),
        "reason": RejectForm(auto_id=False)["reason"],
    }
    return render(request, "posts/read_requests/page.html", context)


@login_required
@require_safe
def grants(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Everybody whom a post was granted later: for its author and for them."""
    post = access.post_with_grants(request.user, uid)
    before = request.GET.get("before", "")
    place = int(before) if before.isdecimal() and len(before) < 19 else None
    shown = grants_of_posts.grants_of(post, before=place, most=grants_of_posts.PAGE_SIZE)
    older = f"?before={shown.read_requests[-1].pk}" if shown.others else ""
    return render(request, "posts/read_requests/grants.html", {"post": post, "grants": shown, "older": older})


@login_required
@require_safe
def toast(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a toast says: the live message itself names nothing but ids."""
    read_request = access.read_request_to_hear_of(request.user, pk)
    to_answer = read_request.post.author_id == request.user.pk and read_request.is_pending
    answered = (
        read_request.state in {RequestState.APPROVED, RequestState.REJECTED} and not read_request.is_muted
    )
    if not to_answer and not (answered and read_request.asker_id == request.user.pk):
        # Settled meanwhile, or the author wants to hear no more: there is nothing to say any more.
        raise Http404
    context = {"read_request": read_request, "to_answer": to_answer, "others": _others(read_request)}
    return render(request, "posts/read_requests/toast.html", context)


def _others(read_request: ReadRequest) -> int:
    return request_news.waiting_besides(read_request) if read_request.is_pending else 0
