"""How often a password may be guessed: from a browser that has logged in to the account before, and from any other.

A browser that logs in keeps a signed cookie (OWASP calls it a device cookie). Its failures are counted by themselves,
so nobody else's keep its owner out. All others are counted by account and by address (ACCOUNT_RATE_LIMITS).
"""

import math
import secrets
import time
from collections.abc import Callable

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from accounts.models import User

APP = "allauth.account"
FROM_ANYWHERE, FROM_DEVICE = "login_failed", "login_failed_device"
SALT = "accounts.guessing"
# A browser remembers so many accounts, the latest first, for as long as browsers keep cookies.
MOST_ACCOUNTS, LASTS = 5, 400 * 24 * 60 * 60

# A device's id by the account that it has logged in to; the account by a hash of its address.
Devices = dict[str, str]


def known_device(request: HttpRequest, email: str) -> str | None:
    """The id of this browser, if it has logged in to the account of that address before."""
    return _devices(request).get(_account(email))


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Have the browser prove from now on that it has logged in to this account."""
    account, known = _account(email), _devices(request)
    others = [(each, device) for each, device in known.items() if each != account]
    devices = dict([(account, known.get(account, secrets.token_urlsafe(16))), *others[: MOST_ACCOUNTS - 1]])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(devices, salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def count_for_device(request: HttpRequest, device: str) -> ratelimit.RateLimitUsage | None:
    """Count a guess of a known browser; None if it has failed too often, and is counted like any other."""
    return ratelimit.consume(request, app=APP, action=FROM_DEVICE, key=device)


def too_many(request: HttpRequest, *, email_key: str, device: str | None) -> ValidationError:
    """The error that tells a person to wait, and for how long; the answer's Retry-After says it, too."""
    waits = [_seconds_to_wait(request, FROM_ANYWHERE, email_key)]
    if device is not None:
        waits.append(_seconds_to_wait(request, FROM_DEVICE, device))
    seconds = max(1, min(waits))
    request.retry_after = seconds  # type: ignore[attr-defined]
    return ValidationError(_sentence(seconds), code="too_many_login_attempts")


def too_many_codes(request: HttpRequest, user: User) -> ValidationError:
    """The same for codes and passkeys of a second factor, which allauth counts by account, and by address."""
    seconds = max(1, _seconds_to_wait(request, FROM_ANYWHERE, f"mfa-auth-user-{user.pk}"))
    request.retry_after = seconds  # type: ignore[attr-defined]
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "Too many tries were wrong. Wait %d minute, then try again.",
        "Too many tries were wrong. Wait %d minutes, then try again.",
        minutes,
    )
    return ValidationError(words % minutes, code="too_many_login_attempts")


def _devices(request: HttpRequest) -> Devices:
    try:
        value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        devices: Devices = signing.loads(value, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return devices


def _account(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:32]


def _seconds_to_wait(request: HttpRequest, action: str, key: str) -> int:
    """The seconds until all limits let one more guess through: of each the oldest that counts has to be old enough."""
    now, waits = time.time(), [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        cache_key = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        history = [at for at in cache.get(cache_key, []) if at > now - rate.duration]
        if len(history) >= rate.amount:
            # The newest stands first.
            waits.append(history[rate.amount - 1] + rate.duration - now)
    return math.ceil(max(waits))


def _sentence(seconds: int) -> str:
    if seconds <= 60:
        words = ngettext(
            "Too many attempts failed. Wait %d second, or reset your password.",
            "Too many attempts failed. Wait %d seconds, or reset your password.",
            seconds,
        )
        return words % seconds
    minutes = math.ceil(seconds / 60)
    words = ngettext(
        "Too many attempts failed. Wait %d minute, or reset your password.",
        "Too many attempts failed. Wait %d minutes, or reset your password.",
        minutes,
    )
    return words % minutes


def retry_after(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A middleware: the page that tells somebody to wait is a 429, with the time."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if seconds := getattr(request, "retry_after", 0):
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)
        return response

    return answer
