"""The page to search on, and what its script makes an index of."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required
from posts.search import readable
from posts.search.forms import CommentsForm, PostsForm
from secureblogs.http.answers import for_programs, malformed


@login_required
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """A field and nothing else: what is typed there stays in the browser."""
    return render(request, "posts/search/page.html", {"has_key": keys.has_active(request.user)})


@for_programs
@login_required
@require_safe
def readable_posts(request: SignedInRequest) -> HttpResponse:
    """Which posts the reader's browser can open, at which revision."""
    page = readable.page(request.user, request.GET)
    listed = [found.members for found in page.rows]
    return JsonResponse({"posts": listed, "people": readable.people(page.rows), "next": page.next})


@for_programs
@login_required
@require_safe
def contents(request: SignedInRequest) -> HttpResponse:
    """The envelopes of some of them, and which comments are under those.

    A browser that asks for more than one answer holds asks again for the rest.
    """
    form = PostsForm(request.GET)
    if not form.is_valid():
        return malformed(form.errors)
    envelopes = readable.contents(request.user, form.cleaned_data["posts"])
    return JsonResponse({"envelopes": envelopes, "comments": readable.comments_under(envelopes)})


@for_programs
@login_required
@require_safe
def comments(request: SignedInRequest) -> HttpResponse:
    """Some comments of posts that the reader's browser can open."""
    form = CommentsForm(request.GET)
    if not form.is_valid():
        return malformed(form.errors)
    return JsonResponse({"comments": readable.comments(request.user, form.cleaned_data["comments"])})
