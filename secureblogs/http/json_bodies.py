"""What a program sends: a JSON object."""

import json

from django.http import HttpRequest
from django.utils.translation import gettext as _

from secureblogs.http.answers import JSON, Unprocessable

# The largest body has half as many. While a process parses a million, it answers nobody.
MOST_VALUES = 10_000


def json_members(request: HttpRequest) -> dict[str, object]:
    """The object in the request's body; Unprocessable if there is none."""
    no_object = Unprocessable(_("Send a JSON object, as application/json."))
    if request.content_type != JSON:
        raise no_object
    # Each value but the first one of a list or an object has a comma before it; inside of strings there are few.
    if sum(map(request.body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Unprocessable(_("That holds more values than anything here needs: nothing of it was read."))
    try:
        members = json.loads(request.body)
    except (ValueError, RecursionError):
        raise no_object from None
    if not isinstance(members, dict):
        raise no_object
    return members
