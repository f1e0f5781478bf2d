"""A person confirms who they are before a sensitive step: a session that is left open or stolen is not enough for it.

A step is covered by a log-in, a sign-up or a confirmation of the last five minutes. An export is covered only by a
confirmation that was given for it.
"""

import time
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from accounts.http import page_before
from secureblogs.http.answers import wants_json

SECONDS_COVERED = 5 * 60
# In the session: when somebody last proved who they are, when by a confirmation, and when an export asked for one.
_PROVED, _CONFIRMED, _ASKED = "proved_at", "confirmed_at", "export_asked_at"


def note_login(request: HttpRequest) -> None:
    """Note that the person has just logged in, or signed up."""
    request.session[_PROVED] = time.time()


def note_confirmation(request: HttpRequest) -> None:
    """Note that the person has just said once more who they are."""
    request.session[_PROVED] = request.session[_CONFIRMED] = time.time()


def is_covered(request: HttpRequest) -> bool:
    """Whether a sensitive step may be taken without asking."""
    return _is_recent(request, _PROVED)


def take_for_export(request: HttpRequest) -> bool:
    """Whether an export may begin. It asks the first time, and each confirmation is good for one export."""
    asked, confirmed = request.session.pop(_ASKED, None), request.session.get(_CONFIRMED, 0)
    if asked is not None and confirmed >= asked and _is_recent(request, _CONFIRMED):
        return True
    request.session[_ASKED] = time.time()
    return False


def ask(request: HttpRequest, *, back_to: str, part: str = "") -> HttpResponse:
    """Lead a person over the page that asks and back to their page, or to `back_to` if the browser does not name it.

    `part` is the id of the part of the page where the step is taken.
    """
    address = page_that_asks((page_before(request) or resolve_url(back_to)) + (f"#{part}" if part else ""))
    if wants_json(request):
        return JsonResponse({"reauthenticate": address}, status=403)
    return redirect(address)


def page_that_asks(back_to: str) -> str:
    """The address of the page that asks a person who they are, and then leads to this one."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back_to})}"


def _is_recent(request: HttpRequest, what: str) -> bool:
    # A time in the future means that somebody set the clock back, and counts for nothing.
    age: float = time.time() - request.session.get(what, 0)
    return 0 <= age < SECONDS_COVERED
