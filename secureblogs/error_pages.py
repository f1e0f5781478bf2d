"""Pages for what went wrong.

Under ASGI Django renders them in a thread of their own kind, where nobody closes connections to the database: after
PostgreSQL was restarted, a thread that kept its connection would answer 500 to every address that does not exist.
"""

from collections.abc import Callable
from functools import wraps

from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.views import defaults

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


bad_request = _closing(defaults.bad_request)
permission_denied = _closing(defaults.permission_denied)
page_not_found = _closing(defaults.page_not_found)
