"""The site's answers when something went wrong before a view could answer, or in it."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from secureblogs.http import answers, service_unavailable
from secureblogs.queries.outages import is_outage


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 for what is too long to be read, 422 for what a view found to be unprocessable, 429 for too much."""
    page = "400.html"
    match exception:
        case answers.TooMuch():
            return _too_much(request, exception)
        case RequestDataTooBig():
            status, page = 413, "413.html"
            sentence = _("That is more than anything here needs: nothing of it was read.")
        case answers.Unprocessable():
            status, sentence = 422, str(exception)
        case _:
            status, sentence = 400, _("The site can't make sense of what was sent.")
    return answers.refuse(request, sentence, status=status, page=page, knows_reader=False)


def _too_much(request: HttpRequest, exception: answers.TooMuch) -> HttpResponse:
    response = answers.refuse(request, str(exception), status=429, page="429_quota.html")
    response.headers["Retry-After"] = str(exception.seconds)
    return response


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: an account that may see something may not do this."""
    sentence = _("Your account may see this, but may not do it.")
    return answers.refuse(request, sentence, status=403, page="403.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is nothing, or nothing for this account."""
    sentence = _("There is nothing here for you. Perhaps you are no longer a member of the group.")
    return answers.refuse(request, sentence, status=404, page="404.html")


class MethodNotAllowedMiddleware(MiddlewareMixin):
    """405: Django's own answer to a method that an address does not take is blank."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        sentence = _("This address does not take %(method)s.") % {"method": request.method}
        allowed = response.headers["Allow"]
        way_on = request.path if "GET" in allowed else answers.page_above(request.path)
        refused = answers.refuse(request, sentence, status=405, page="405.html", way_on=way_on)
        refused.headers["Allow"] = allowed
        return refused


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: for some time, or while many others ask for the same."""
    sentence = _(
        "This was tried too often in a short time, from here or by others. Wait a minute, then try again."
    )
    response = answers.refuse(request, sentence, status=429, page="429.html", knows_reader=False)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a mistake of the site's own; but 503 for an outage outside of a view, when a session is saved above all."""
    error = sys.exception()
    if error and is_outage(error):
        return service_unavailable.try_again(request)
    sentence = _("Something broke here, and it is not your mistake. Please try again in a moment.")
    return answers.refuse(request, sentence, status=500, page="500.html", knows_reader=False)
