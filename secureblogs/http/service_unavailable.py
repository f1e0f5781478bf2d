"""503 while PostgreSQL is away, starts again, finds no room on its disk, or takes no writes: try again in a moment.

Nothing was saved by such a request, or it can't be told; a post that is sent again with the same uid is no second one.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from secureblogs.http import answers
from secureblogs.queries.outages import is_outage

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT = 5


class ServiceUnavailableMiddleware(MiddlewareMixin):
    """Next to the views, whose exceptions it sees first."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_outage(error):
            return None
        logger.error("%s could not be answered: %s", request.method, type(error.__cause__ or error).__name__)
        return try_again(request)


def try_again(request: HttpRequest) -> HttpResponse:
    """503: nothing can be saved for a moment."""
    sentence = _(
        "The site can't save anything just now. What you typed is still here; try again in a moment."
    )
    response = answers.refuse(request, sentence, status=503, page="503.html", knows_reader=False)
    response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return response
