"""Pages for what went wrong.

Under ASGI Django renders them in a thread of their own kind, where nobody closes connections to the database: after
PostgreSQL was restarted, a thread that kept its connection would answer 500 to every address that does not exist.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from secureblogs.trouble import speaks_json

View = Callable[[HttpRequest, Exception], HttpResponse]


def _closing(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
        try:
            return view(request, exception)
        finally:
            # Inside a transaction, as in a test, the connection is in use: Django's function would cut it off.
            if not connection.in_atomic_block:
                close_old_connections()

    return answer


@_closing
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also what no view could look at, since it was too long to be read: 413."""
    is_too_long = isinstance(exception, RequestDataTooBig)
    if speaks_json(request):
        sentence = too_long() if is_too_long else _("The site can't make sense of what was sent.")
        response: HttpResponse = JsonResponse({"errors": {"__all__": [sentence]}})
    else:
        response = defaults.bad_request(request, exception)
    response.status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_long else HTTPStatus.BAD_REQUEST
    return response


def too_long() -> str:
    """Of what is more than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    return _("That is more than anything here needs: nothing of it was read.")


permission_denied = _closing(defaults.permission_denied)
page_not_found = _closing(defaults.page_not_found)
