from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.requests import SignedInRequest
from groups import access as groups_access
from posts import post_lists
from posts.domain import obstacles, request_news
from secureblogs.composed import counts


@login_required
@require_safe
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """A group's front page: its posts for members, what it is for who may join."""
    membership = groups_access.membership_by_slug(request.user, slug)
    if membership is None:
        group = groups_access.group_visible_to(request.user, slug)
        return render(request, "posts/groups/open.html", {"group": group, "member_count": group.size})
    group = membership.group
    member_count, key_count, askable, pending = counts(
        groups_access.all_in(group),
        keys.all_active(request.user),
        obstacles.all_askable(group, request.user),
        request_news.all_pending(request.user),
    )
    context = {
        "group": group,
        "membership": membership,
        "member_count": member_count,
        "page": post_lists.page(request.user, request.GET, group=group),
        "has_key": key_count > 0,
        "askable": askable,
        "most": obstacles.MOST_WAITING,
        # Otherwise posts.context asks for it, once more.
        "pending_requests": pending,
    }
    return render(request, "posts/groups/group.html", context)
