from django.http import HttpRequest, HttpResponse
from django.urls import path

from secureblogs.urls import handler400, handler403, handler404
from secureblogs.urls import urlpatterns as pages

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, in a plain view as the pages are, through the same middleware; who is asking it never looks up."""
    return HttpResponse()


urlpatterns = [path("empty/", empty), *pages]
