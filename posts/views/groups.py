from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from accounts.requests import SignedInRequest
from groups import access as groups_access
from posts import access, post_lists
from posts.domain import obstacles


@login_required
@require_safe
def group(request: SignedInRequest, slug: str) -> HttpResponse:
    """A group's front page: its posts for members, what it is for who may join."""
    group = groups_access.group_visible_to(request.user, slug)
    membership = groups_access.membership_in(group, request.user)
    context: dict[str, object] = {"group": group, "membership": membership, "member_count": group.size}
    if membership is None:
        return render(request, "posts/groups/open.html", context)
    posts = access.listed_posts(request.user).filter(group=group)
    context |= {
        "page": post_lists.page(posts, request.GET),
        "has_key": keys.has_active(request.user),
        "askable": obstacles.askable(group, request.user).count(),
        "most": obstacles.MOST_WAITING,
    }
    return render(request, "posts/groups/group.html", context)
