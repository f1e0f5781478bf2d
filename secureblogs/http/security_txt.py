"""Where somebody who finds a weakness of the site can say so: RFC 9116."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# A reader of an older copy asks again.
LASTS = timedelta(days=90)


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contacts that the settings name; nothing where they name none."""
    if not settings.SECURITY_CONTACTS:
        raise Http404
    expires = (timezone.now() + LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {_as_address(contact)}" for contact in settings.SECURITY_CONTACTS),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _as_address(contact: str) -> str:
    return contact if ":" in contact else f"mailto:{contact}"
