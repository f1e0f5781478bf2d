"""The number of requests that wait for somebody, which every page shows to who is signed in."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from posts.requests.events import pending_count


def pending_requests(request: HttpRequest) -> dict[str, object]:
    """`pending_requests`, counted only where a template asks for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"pending_requests": SimpleLazyObject(lambda: pending_count(user))}
