"""What browsers are told about every answer: what it may load, who may use it, whether it may be kept."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

Handler = Callable[[HttpRequest], HttpResponseBase]
AsyncHandler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

CONTENT_SECURITY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    # The page's own WebSocket, too: wss: belongs to the origin of an https: page.
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
TRUSTED_TYPES = {
    "require-trusted-types-for": "'script'",
    # Ours is in static/js/lib/html.js, the other one is DOMPurify's own.
    "trusted-types": "secureblogs dompurify",
}
# What a page of text needs of a machine: nothing, but for the button that copies a fingerprint.
PERMISSIONS = {
    "accelerometer": "()",
    "autoplay": "()",
    "camera": "()",
    "clipboard-read": "()",
    "clipboard-write": "(self)",
    "display-capture": "()",
    "encrypted-media": "()",
    "fullscreen": "()",
    "geolocation": "()",
    "gyroscope": "()",
    "hid": "()",
    "idle-detection": "()",
    "local-fonts": "()",
    "magnetometer": "()",
    "microphone": "()",
    "midi": "()",
    "payment": "()",
    "picture-in-picture": "()",
    "screen-wake-lock": "()",
    "serial": "()",
    "usb": "()",
    "xr-spatial-tracking": "()",
}


def _csp(*parts: dict[str, str]) -> str:
    return "; ".join(f"{directive} {value}" for part in parts for directive, value in part.items())


SITE_POLICY = _csp(CONTENT_SECURITY, TRUSTED_TYPES)
# Django's own scripts there (jQuery, Select2) write HTML as text, which Trusted Types would stop.
ADMIN_POLICY = _csp(CONTENT_SECURITY)
PERMISSIONS_POLICY = ", ".join(f"{feature}={allowed}" for feature, allowed in PERMISSIONS.items())
# Whatever Django answers is for this person at this moment. After a log-out the way back shows nothing, and
# no proxy and no disk keeps a page. The price is the browser's back-forward cache, which it refuses to a page
# with an open WebSocket anyway. What may be kept says that it is public: static files and the sealing key.
CACHING = "private, no-store"
# What a page loads obeys that page's policies. Fifty small modules would repeat a KB of words that nobody heeds.
LOADED_BY_PAGES = ("font/", "text/css", "text/javascript")
OF_DOCUMENTS = ("Cross-Origin-Opener-Policy", "Referrer-Policy", "X-Frame-Options")
# Nobody asks again for a file whose name is a hash of what is in it.
OF_CHANGING_FILES = ("ETag", "Last-Modified")
# A worker is the exception: it obeys what comes with its own script.
WORKER = re.compile(r"_worker\.[\w.]*js$")


@sync_and_async_middleware
def policies(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """The outermost middleware: redirects, static files and error pages pass through it like every page."""
    if iscoroutinefunction(get_response):
        answer_later = cast("AsyncHandler", get_response)

        async def later(request: HttpRequest) -> HttpResponseBase:
            return _with_policies(request, await answer_later(request))

        return later
    answer = cast("Handler", get_response)

    def now(request: HttpRequest) -> HttpResponseBase:
        return _with_policies(request, answer(request))

    return now


def _with_policies(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if _is_loaded_by_a_page(request, response):
        for name in OF_DOCUMENTS + OF_CHANGING_FILES:
            response.headers.pop(name, None)
        return response
    in_admin = request.resolver_match is not None and "admin" in request.resolver_match.app_names
    response.headers["Content-Security-Policy"] = ADMIN_POLICY if in_admin else SITE_POLICY
    response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
    if "public" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = CACHING
    return response


def _is_loaded_by_a_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    is_file = request.path_info.startswith(settings.STATIC_URL) and response.status_code == HTTPStatus.OK
    kind = response.headers.get("Content-Type", "")
    return is_file and kind.startswith(LOADED_BY_PAGES) and not WORKER.search(request.path_info)
