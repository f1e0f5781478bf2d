from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.http import SignedInRequest, login_required
from groups import access as groups_access
from posts import lists
from posts.requests import events, obstacles
from secureblogs.queries.bound import counts


@login_required
@require_safe
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show a group's front page: its posts to members, what it is to people who may join."""
    membership = groups_access.membership_by_slug(request.user, slug)
    if membership is None:
        group = groups_access.group_visible_to(request.user, slug)
        context = {
            "group": group,
            "member_count": group.size,
            "is_kept_out": groups_access.is_kept_out(group, request.user),
        }
        return render(request, "posts/groups/open.html", context)
    group = membership.group
    member_count, key_count, askable, pending, waiting = counts(
        groups_access.all_in(group),
        keys.all_active(request.user),
        obstacles.all_askable(group, request.user),
        events.all_pending(request.user),
        obstacles.all_waiting(request.user),
    )
    quota = obstacles.WAITING.status(request.user, used=waiting)
    context = {
        "group": group,
        "membership": membership,
        "member_count": member_count,
        "page": lists.page(request.user, request.GET, group=group),
        "has_key": key_count > 0,
        "askable": askable,
        "quota": quota,
        "most": quota.most - quota.used,
        # Without it posts.context would count once more.
        "pending_requests": pending,
    }
    return render(request, "posts/groups/group.html", context)
