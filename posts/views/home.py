from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domain import keys
from groups import access as groups_access
from posts import lists


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Tell a visitor what this is, and show somebody who is signed in the newest posts of all their groups."""
    if not request.user.is_authenticated:
        return render(request, "pages/front.html")
    context = {
        "page": lists.page(request.user, request.GET),
        "has_key": keys.has_active(request.user),
        "has_groups": groups_access.groups_of(request.user).exists(),
    }
    return render(request, "posts/posts/home.html", context)
