"""How a request looks to the site: for `manage.py doctor`, which asks through the proxies and compares."""

import secrets

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from secureblogs.http import clients
from secureblogs.workers import redis

SECONDS_TO_LIVE = 30


def open_mirror() -> str:
    """Return a path that answers for half a minute. RedisError."""
    token = secrets.token_urlsafe(32)
    redis.client().set(_name(token), "here", ex=SECONDS_TO_LIVE)
    return f"/mirror/{token}"


@require_safe
def mirror(request: HttpRequest, token: str) -> JsonResponse:
    """The client's address, as this process reckons it; there is nothing without a token that lives."""
    if not redis.client().exists(_name(token)):
        raise Http404
    address = clients.address(request.headers.get("X-Forwarded-For", ""), request.META["REMOTE_ADDR"])
    return JsonResponse({"address": address})


def _name(token: str) -> str:
    return f"secureblogs:mirror:{token}"
