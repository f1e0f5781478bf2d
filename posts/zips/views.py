"""The pages from which somebody takes posts along as a zip, and what their scripts make it of."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required
from groups import access as groups_access
from posts.zips import listing
from secureblogs.http.answers import for_programs


@login_required
@require_safe
def all_groups(request: SignedInRequest) -> HttpResponse:
    """All groups of the user's."""
    return _page(request, {"list": reverse("posts:posts_to_take"), "name": "groups"})


@login_required
@require_safe
def one_group(request: SignedInRequest, slug: str) -> HttpResponse:
    """One of them."""
    group = groups_access.group_of_member(request.user, slug)
    address = reverse("posts:posts_of_group_to_take", args=[slug])
    return _page(request, {"list": address, "name": slug, "group": group})


@for_programs
@login_required
@require_safe
def posts(request: SignedInRequest, slug: str | None = None) -> HttpResponse:
    """The posts that there are to take along, whether the user can read them or not."""
    group = groups_access.group_of_member(request.user, slug) if slug else None
    page = listing.page(request.user, request.GET, group=group)
    return JsonResponse({"posts": [listed.members for listed in page.rows], "next": page.next})


def _page(request: SignedInRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "posts/zips/page.html", {"has_key": keys.has_active(request.user), **context})
