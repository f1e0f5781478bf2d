from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from posts import access, post_lists


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is; for a member, the newest posts of all their groups."""
    if not request.user.is_authenticated:
        return render(request, "pages/front.html")
    posts = access.listed_posts(request.user)
    context = {
        "page": post_lists.page(posts, request.GET),
        "has_key": access.has_key(request.user),
        "has_groups": access.has_groups(request.user),
    }
    return render(request, "posts/posts/home.html", context)
