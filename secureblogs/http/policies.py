"""The headers that tell browsers of every answer what it may load, who may use it, and whether they may keep it."""

import re
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

Handler = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

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
# Where texts are shown, pictures are opened in the browser, and have an address in the page's own memory.
PICTURES_POLICY = _csp(CONTENT_SECURITY | {"img-src": "'self' blob:"}, TRUSTED_TYPES)
# Django's own scripts there (jQuery, Select2) write HTML as text, which Trusted Types would stop.
ADMIN_POLICY = _csp(CONTENT_SECURITY)
# The keyring and the Markdown worker hold plaintext. They import scripts of the site and need nothing else: no network.
WORKER_POLICY = _csp(
    {"default-src": "'none'", "script-src": "'self'"}, TRUSTED_TYPES | {"trusted-types": "'none'"}
)
PERMISSIONS_POLICY = ", ".join(f"{feature}={allowed}" for feature, allowed in PERMISSIONS.items())
# Whatever Django answers is for this person at this moment. After a log-out the way back shows nothing, and
# no proxy and no disk keeps a page. The price is the browser's back-forward cache, which it refuses to a page
# with an open WebSocket anyway. What may be kept says that it is public: static files and the sealing key.
CACHING = "private, no-store"
# What a page loads obeys that page's policies. Fifty small modules would repeat a KB of words that nobody heeds.
LOADED_BY_PAGES = ("font/", "text/css", "text/javascript")
OF_DOCUMENTS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Frame-Options",
)
OF_THE_ANSWER = ("Cache-Control", "Content-Type")
# A worker is the exception: it obeys the Content-Security-Policy that comes with its own script.
WORKER = re.compile(r"_worker\.[\w.]*js$")


# The answer to a request that ended a session says this.
_LOGGED_OUT = "has_logged_out"
# Where forms of the answer may lead besides this site.
_FORMS_TO = "forms_to"


def shows_pictures(view: View) -> View:
    """Mark a page on which pictures of texts are opened."""
    vars(view)["shows_pictures"] = True
    return view


def clear_cache_of_browser(request: HttpRequest) -> None:
    """Have the browser forget the pages that it kept, with the answer to this request."""
    vars(request)[_LOGGED_OUT] = True


def let_forms_lead_to(request: HttpRequest, origins: Collection[str]) -> None:
    """Have the page that answers this request lead people to these origins by a form."""
    vars(request)[_FORMS_TO] = " ".join(("'self'", *origins))


def policies(get_response: Handler) -> Handler:
    """The outermost middleware: redirects and error pages pass through it like every page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = _policy_of(request, response)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        if vars(request).get(_LOGGED_OUT):
            # "storage" would delete the keys, too.
            response.headers["Clear-Site-Data"] = '"cache"'
        if "public" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = CACHING
        return response

    return answer


def _policy_of(request: HttpRequest, response: HttpResponseBase) -> str:
    match = request.resolver_match
    if match is None:
        return SITE_POLICY
    if "admin" in match.app_names:
        return ADMIN_POLICY
    if forms_to := vars(request).get(_FORMS_TO):
        return _csp(CONTENT_SECURITY | {"form-action": forms_to}, TRUSTED_TYPES)
    is_shown = response.status_code == HTTPStatus.OK and hasattr(match.func, "shows_pictures")
    return PICTURES_POLICY if is_shown else SITE_POLICY


def with_policies(answer: Handler) -> Handler:
    """An answer with the headers that Django's outer middlewares give to every page."""
    return policies(cast("Handler", SecurityMiddleware(XFrameOptionsMiddleware(answer))))


def policies_of_file(path: str, kind: str) -> dict[str, str]:
    """The headers of a static file of this media type, but for those about what is in it and how long to keep it."""
    headers = dict(with_policies(lambda request: HttpResponse())(SecureRequest()).headers)
    for name in (*OF_THE_ANSWER, *(OF_DOCUMENTS if kind.startswith(LOADED_BY_PAGES) else ())):
        del headers[name]
    return headers | ({"Content-Security-Policy": WORKER_POLICY} if WORKER.search(path) else {})


class SecureRequest(HttpRequest):
    """A request over TLS: where HSTS is set, browsers read files over nothing else."""

    def is_secure(self) -> bool:
        return True
