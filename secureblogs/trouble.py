"""What is answered while PostgreSQL is away, starts again, or finds no room on its disk: 503, so that one tries again.

Nothing was saved by such a request, or it can't be told; whoever sends a post again with the same uid makes no second.
"""

import logging
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT = 5


class TroubleMiddleware(MiddlewareMixin):
    """Next to the views: who asked in JSON is answered in JSON."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.error("%s could not be answered: %s", request.method, type(error.__cause__ or error).__name__)
        response = _json() if speaks_json(request) else HttpResponse(render_to_string("503.html"))
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
        return response


def speaks_json(request: HttpRequest) -> bool:
    """Whether whoever asked sends JSON, or prefers it to a page."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return "application/json" in {request.content_type, preferred}


def _json() -> HttpResponse:
    sentence = _(
        "The site can't save anything just now. What you typed is still here; try again in a moment."
    )
    return JsonResponse({"errors": {"__all__": [sentence]}})
