from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.requests import SignedInRequest
from groups import access as groups_access
from posts import post_lists
from posts.domain import obstacles


@login_required
@require_safe
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """A group's front page: its posts for members, what it is for who may join."""
    membership = groups_access.membership_by_slug(request.user, slug)
    if membership is None:
        group = groups_access.group_visible_to(request.user, slug)
        return render(request, "posts/groups/open.html", {"group": group, "member_count": group.size})
    group = membership.group
    context = {
        "group": group,
        "membership": membership,
        "member_count": groups_access.size_of(group),
        "page": post_lists.page(request.user, request.GET, group=group),
        "has_key": keys.has_active(request.user),
        "askable": obstacles.askable_count(group, request.user),
        "most": obstacles.MOST_WAITING,
    }
    return render(request, "posts/groups/group.html", context)
