"""What a program sends: a JSON object."""

import json

from django.http import HttpRequest
from django.utils.translation import gettext as _

from secureblogs.http.answers import JSON, Unprocessable


def json_members(request: HttpRequest) -> dict[str, object]:
    """The object in the request's body; Unprocessable if there is none."""
    no_object = Unprocessable(_("Send a JSON object, as application/json."))
    if request.content_type != JSON:
        raise no_object
    try:
        members = json.loads(request.body)
    except (ValueError, RecursionError):
        raise no_object from None
    if not isinstance(members, dict):
        raise no_object
    return members
