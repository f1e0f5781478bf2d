"""Note by what, from where and when somebody last used a session, for their list of sessions.

A process notes a session at most once in five minutes: not every page may write.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from accounts.domain import devices, open_sessions
from secureblogs.http import clients

logger = logging.getLogger(__name__)

BETWEEN_NOTES = 5 * 60
# A process remembers when it noted so many sessions.
MOST = 10_000
# In the session: when it was opened.
_OPENED = "opened_at"


def note_login(request: HttpRequest) -> None:
    """Note that the session is new. `note_use` knows the answer to the log-in by its new cookie."""
    request.session[_OPENED] = time.time()


def note_use(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A middleware; after a page is made, when it is known whether somebody is signed in."""
    noted: dict[str, float] = {}

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # Django keeps the user here, if something has asked whose request it is.
        if hasattr(request, "_cached_user") and request.user.is_authenticated:
            key = request.session.session_key or ""
            last = noted.get(key, request.session.get(_OPENED, 0))
            is_new = key != request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            if is_new or time.time() - last >= BETWEEN_NOTES:
                if len(noted) >= MOST:
                    noted.clear()
                noted[key] = time.time()
                _note(request, key)
        return response

    return answer


def _note(request: HttpRequest, key: str) -> None:
    headers, meta = request.headers, request.META
    try:
        open_sessions.note_use(
            request.user,  # type: ignore[arg-type]  # somebody with an account
            session_key=key,
            device=devices.name_of_browser(headers.get("User-Agent", "")),
            address=clients.address(headers.get("X-Forwarded-For", ""), meta.get("REMOTE_ADDR", ""))[:45],
        )
    except DatabaseError as error:
        # The page is made. It must not be lost because PostgreSQL takes no writes, or the account was just deleted.
        logger.warning("The use of a session was not noted: %s", type(error).__name__)
