"""The page of requests, and the words of a toast about one."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, login_required
from posts.models import ReadRequest, RequestState
from posts.requests import access, events, lists, notices
from posts.requests.forms import RejectForm
from posts.requests.messages import not_now


@login_required
@require_safe
def requests(request: SignedInRequest) -> HttpResponse:
    """What waits for me, what I answered lately, and what I asked."""
    waiting = lists.waiting_for(request.user, request.GET)
    # A tab that only fetches its page again may have nobody in front of it.
    if waiting.rows and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        notices.mark_seen(request.user, until=max(each.asked_at for each in waiting.rows))
    context = {
        "waiting": waiting,
        "one_of_each_asker": {each.asker_id: each for each in waiting.rows}.values(),
        "answered": lists.answered_by(request.user),
        "asked": lists.asked_by(request.user, request.GET),
        "cards": [(each, RejectForm(auto_id=f"%s-{each.pk}")) for each in waiting.rows],
        "not_now": not_now(),
    }
    return render(request, "posts/requests/page.html", context)


@login_required
@require_safe
def grants(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Everybody whom a post was granted later: for its author and for them."""
    post = access.post_with_grants(request.user, uid)
    context = {"post": post, "grants": lists.granted_for(post, request.GET)}
    return render(request, "posts/requests/grants.html", context)


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
        # The request is settled, or its author wants to hear no more: the toast has nothing to say.
        raise Http404
    context = {"read_request": read_request, "to_answer": to_answer, "others": _others(read_request)}
    return render(request, "posts/requests/toast.html", context)


def _others(read_request: ReadRequest) -> int:
    return events.waiting_besides(read_request) if read_request.is_pending else 0
